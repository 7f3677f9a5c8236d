import * as vscode from "vscode";

const OPEN = "Open Folder";

/** The workspace folder that gets the module: that of `near`, the only one, or the one that the person picks. */
export async function chooseFolder(near?: vscode.Uri): Promise<vscode.WorkspaceFolder | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const around = near && vscode.workspace.getWorkspaceFolder(near);
  if (around) return around;
  if (folders.length > 1) {
    return vscode.window.showWorkspaceFolderPick({
      placeHolder: "Which folder gets the module?",
      ignoreFocusOut: true,
    });
  }
  if (!folders[0]) {
    const sentence = "Open a folder first: the module is written to terraform_modules/ in it.";
    const answer = await vscode.window.showErrorMessage(sentence, OPEN);
    if (answer === OPEN) await vscode.commands.executeCommand("vscode.openFolder");
  }
  return folders[0];
}

/** The file or folder that a command is about: the one it was called on, else the open file. */
export function target(chosen: vscode.Uri | string | undefined): vscode.Uri | undefined {
  // Menus hand over a URI, a code lens of the server's its text.
  const given = typeof chosen === "string" ? vscode.Uri.parse(chosen, true) : chosen;
  const uri = given ?? vscode.window.activeTextEditor?.document.uri;
  if (uri?.scheme === "file") return uri;
  void vscode.window.showErrorMessage(
    "Open a file of the module first; then this command knows which one is meant.",
  );
  return undefined;
}
