/** A row of `GET /images/json`. */
export interface ImageSummary {
  readonly Id: string;
  readonly RepoTags: readonly string[];
  readonly RepoDigests: readonly string[];
  /** Unix seconds. */
  readonly Created: number;
  /** Bytes. */
  readonly Size: number;
  readonly Labels: Readonly<Record<string, string>>;
}

/** `GET /images/{name}/json`. */
export interface ImageInspect {
  readonly Id: string;
  readonly RepoTags: readonly string[];
  readonly RepoDigests: readonly string[];
  readonly Architecture: string;
  readonly Os: string;
  /** Bytes. */
  readonly Size: number;
  readonly Config: ImageConfig;
}

export interface ImageConfig {
  readonly User: string;
  readonly Env: readonly string[];
  readonly Cmd: readonly string[] | null;
  readonly Entrypoint: readonly string[] | null;
  readonly Labels: Readonly<Record<string, string>>;
  readonly WorkingDir: string;
  readonly StopSignal?: string;
}

/** A step of a pull or load. */
export interface ImageProgress {
  readonly status?: string;
  readonly id?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
  /** Text of a load (`Loaded image: …`). */
  readonly stream?: string;
}

/** One entry of the answer to an image removal. */
export interface ImageRemoved {
  readonly Untagged?: string;
  readonly Deleted?: string;
}
