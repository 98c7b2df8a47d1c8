/** Runs the `docker` command out of the private engine's own packages; resolves with what it printed. */
export function docker(host: string, ...commandLine: readonly string[]): Promise<string>;
