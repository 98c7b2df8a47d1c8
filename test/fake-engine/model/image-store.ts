import { createHash } from 'node:crypto';

export interface Image {
  readonly id: string;
  readonly tags: readonly string[];
  readonly createdAt: bigint;
  readonly size: number;
  /** Shown by inspect as `Config`; create takes Cmd, Entrypoint, Env, User, StopSignal from it. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** A line of a pull's progress. An `errorDetail` ends the pull: it fails inside a 200 answer. */
export type PullLine = Readonly<Record<string, unknown>>;

/** Installed images, and what a pull would bring. */
export class ImageStore {
  readonly #images = new Map<string, Image>();
  readonly #remote = new Map<string, readonly PullLine[]>();

  list(): readonly Image[] {
    return [...new Set(this.#images.values())];
  }

  add(reference: string, options: { readonly createdAt: bigint; readonly config?: Image['config'] }): Image {
    const tag = withTag(reference);
    const image: Image = {
      id: `sha256:${createHash('sha256').update(tag).digest('hex')}`,
      tags: [tag],
      createdAt: options.createdAt,
      size: 1_985_540,
      config: options.config ?? {},
    };
    this.#images.set(tag, image);
    return image;
  }

  find(reference: string): Image | undefined {
    const tagged = this.#images.get(withTag(reference));
    if (tagged !== undefined) return tagged;
    const digest = reference.replace(/^sha256:/, '');
    if (!/^[0-9a-f]{4,64}$/.test(digest)) return undefined;
    return this.list().find(({ id }) => id.startsWith(`sha256:${digest}`));
  }

  tag(image: Image, reference: string): void {
    const tagged: Image = { ...image, tags: [...image.tags, withTag(reference)] };
    for (const tag of tagged.tags) this.#images.set(tag, tagged);
  }

  /** Removes one reference; the image goes with its last one. */
  untag(reference: string): { readonly image: Image; readonly isLast: boolean } | undefined {
    const image = this.find(reference);
    if (image === undefined) return undefined;
    const tag = image.tags.includes(withTag(reference)) ? withTag(reference) : undefined;
    const left = tag === undefined ? [] : image.tags.filter((candidate) => candidate !== tag);
    for (const candidate of image.tags) this.#images.delete(candidate);
    for (const candidate of left) this.#images.set(candidate, { ...image, tags: left });
    return { image, isLast: left.length === 0 };
  }

  /** Decides what a later pull of this reference answers. */
  offer(reference: string, lines: readonly PullLine[]): void {
    this.#remote.set(withTag(reference), lines);
  }

  offered(reference: string): readonly PullLine[] | undefined {
    return this.#remote.get(withTag(reference));
  }
}

export function withTag(reference: string): string {
  return /:[^/]*$|@/.test(reference) ? reference : `${reference}:latest`;
}
