/** A stand-in for HashiCorp's extension: what it offers says so. */
const vscode = require("vscode");

exports.activate = (context) => {
  const terraform = { language: "terraform" };
  const whole = (document) =>
    new vscode.Range(new vscode.Position(0, 0), document.lineAt(document.lineCount - 1).range.end);
  context.subscriptions.push(
    vscode.languages.registerCompletionItemProvider(terraform, {
      provideCompletionItems: () => [new vscode.CompletionItem("delay_seconds_of_the_stand_in")],
    }),
    vscode.languages.registerHoverProvider(terraform, {
      provideHover: () => new vscode.Hover("A hover of the stand-in."),
    }),
    vscode.languages.registerDocumentFormattingEditProvider(terraform, {
      provideDocumentFormattingEdits: (document) => [
        vscode.TextEdit.replace(
          whole(document),
          `${document.getText().trimEnd()}\n# Formatted by the stand-in.\n`,
        ),
      ],
    }),
  );
};
