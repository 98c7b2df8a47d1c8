export interface PrivateRegistryOptions {
  /** Accepted logins; without any the registry takes everybody. */
  readonly login?: boolean;
  /** Told in one line what takes long, such as a download. */
  readonly say?: (line: string) => void;
}

export interface PrivateRegistry extends AsyncDisposable {
  /** `127.0.0.1:PORT`, as image names begin. */
  readonly host: string;
  /** What the registry has logged so far: a line of it for each request. */
  readonly log: () => string;
  /** Ends it and removes its images. */
  release(): Promise<void>;
}

/** The one login that a registry with `login` accepts. */
export const registryLogin: { readonly username: string; readonly password: string };

/** Starts a registry of Debian's on a free port of loopback; fails in one line where the package cannot be had. */
export function startPrivateRegistry(options?: PrivateRegistryOptions): Promise<PrivateRegistry>;
