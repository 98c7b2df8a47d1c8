import type { ImageInspect, ImageProgress, ImageRemoved, ImageSummary } from '../wire/image.js';
import { labels } from './container-config.js';
import { list, number, optional, or, shape, text, type Decoder } from './decoder.js';

export const decodeImageSummaries: Decoder<readonly ImageSummary[]> = list(
  shape<ImageSummary>({
    Id: text,
    RepoTags: or(list(text), []),
    RepoDigests: or(list(text), []),
    Created: or(number, 0),
    Size: or(number, 0),
    Labels: labels,
  }),
);

const imageConfig = shape<ImageInspect['Config']>({
  User: or(text, ''),
  Env: or(list(text), []),
  Cmd: or(list(text), null),
  Entrypoint: or(list(text), null),
  Labels: labels,
  WorkingDir: or(text, ''),
  StopSignal: optional(text),
});

export const decodeImageInspect = shape<ImageInspect>({
  Id: text,
  RepoTags: or(list(text), []),
  RepoDigests: or(list(text), []),
  Architecture: or(text, ''),
  Os: or(text, ''),
  Size: or(number, 0),
  Config: (value, path) => imageConfig(value ?? {}, path),
});

export const decodeImagesRemoved: Decoder<readonly ImageRemoved[]> = list(
  shape<ImageRemoved>({ Untagged: optional(text), Deleted: optional(text) }),
);

/** A line of a pull or load. The last two mean that it failed; engines send both, older ones of other make only `error`. */
interface ProgressLine extends ImageProgress {
  readonly error?: string;
  readonly errorDetail?: { readonly message: string };
}

export const decodeProgressLine = shape<ProgressLine>({
  status: optional(text),
  id: optional(text),
  progressDetail: optional(shape({ current: optional(number), total: optional(number) })),
  stream: optional(text),
  error: optional(text),
  errorDetail: optional(shape({ message: or(text, 'the engine gave no reason') })),
});
