/** What a person should know about the server's version, or undefined when the two fit. */
export function versionProblem(extension: string, server: string | undefined): string | undefined {
  if (server === undefined)
    return "The server does not say its version; this extension may ask for what it does not have.";
  const [ours, theirs] = [majorMinor(extension), majorMinor(server)];
  if (ours === theirs) return undefined;
  return (
    `The server is version ${server}, the extension ${extension}. ` +
    `Install the one that fits: pip install "aws-orchestrator==${ours}.*"`
  );
}

/** Before 1.0 a minor version may change the protocol, as may a major one afterwards. */
function majorMinor(version: string): string {
  return version.split(".", 2).join(".");
}
