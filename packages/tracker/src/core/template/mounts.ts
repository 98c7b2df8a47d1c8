import type { MountBody } from '@docker-tracker/engine-client';
import { parseByteSize } from './byte-size.js';
import { isAbsolutePath, resolveHostPath } from './host-path.js';
import { parseEntries } from './list-entries.js';

/** `HostConfig.Mounts` entries: bind, volume and tmpfs, the ones that Linux containers take. */
export type Mount = MountBody;

export const MOUNT_FORM =
  'entries separated by ; each a comma list of type=bind, volume or tmpfs (default volume), source=, target=, readonly, ' +
  'bind-propagation=, volume-nocopy, tmpfs-size=, tmpfs-mode=; a bind has an absolute source, every target is absolute, not /, and its own';

const PROPAGATIONS = ['private', 'rprivate', 'shared', 'rshared', 'slave', 'rslave'] as const;
const ALIASES: Readonly<Record<string, string>> = {
  src: 'source',
  dst: 'target',
  destination: 'target',
  ro: 'readonly',
};
const KEYS = ['type', 'source', 'target', 'readonly', 'bind-propagation', 'volume-nocopy', 'tmpfs-size', 'tmpfs-mode'];
const VOLUME_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

/** Parses what `docker run --mount` takes, several separated by `;`. Options that do not belong to the type are bad. */
export function parseMounts(text: string): readonly Mount[] | undefined {
  const mounts = parseEntries(text, ';', parseMount);
  if (mounts === undefined) return undefined;
  const targets = new Set(mounts.map(({ Target }) => resolveHostPath(Target, '/')));
  return targets.size === mounts.length ? mounts : undefined;
}

function parseMount(entry: string): Mount | undefined {
  const fields = parseFields(entry);
  if (fields === undefined) return undefined;
  const { type = 'volume', source, target = '' } = Object.fromEntries(fields);
  const ReadOnly = flag(fields.get('readonly'));
  if (!isAbsolutePath(target) || resolveHostPath(target, '/') === '/' || ReadOnly === undefined) return undefined;
  const common = { Target: target, ...(ReadOnly && { ReadOnly }) };
  const own = [...fields.keys()].filter((key) => !['type', 'source', 'target', 'readonly'].includes(key));
  switch (type) {
    case 'bind':
      return bind(common, source, fields, own);
    case 'volume':
      return volume(common, source, fields, own);
    case 'tmpfs':
      return source === undefined ? tmpfs(common, fields, own) : undefined;
    default:
      return undefined;
  }
}

type Fields = ReadonlyMap<string, string>;
type Common = Pick<Mount, 'Target' | 'ReadOnly'>;

function bind(common: Common, source: string | undefined, fields: Fields, own: readonly string[]): Mount | undefined {
  if (source === undefined || !isAbsolutePath(source) || own.some((key) => key !== 'bind-propagation'))
    return undefined;
  const asked = fields.get('bind-propagation');
  const Propagation = PROPAGATIONS.find((known) => known === asked);
  if (asked !== undefined && Propagation === undefined) return undefined;
  return { Type: 'bind', Source: source, ...common, ...(Propagation && { BindOptions: { Propagation } }) };
}

function volume(common: Common, source: string | undefined, fields: Fields, own: readonly string[]): Mount | undefined {
  if (source !== undefined && !VOLUME_NAME.test(source)) return undefined;
  if (own.some((key) => key !== 'volume-nocopy')) return undefined;
  const NoCopy = flag(fields.get('volume-nocopy'));
  if (NoCopy === undefined) return undefined;
  const Source = source === undefined ? {} : { Source: source };
  return { Type: 'volume', ...Source, ...common, ...(NoCopy && { VolumeOptions: { NoCopy } }) };
}

function tmpfs(common: Common, fields: Fields, own: readonly string[]): Mount | undefined {
  if (own.some((key) => !key.startsWith('tmpfs-'))) return undefined;
  const size = fields.get('tmpfs-size');
  const mode = fields.get('tmpfs-mode');
  const SizeBytes = size === undefined ? undefined : parseByteSize(size);
  if ((size !== undefined && SizeBytes === undefined) || (mode !== undefined && !/^[0-7]{1,4}$/.test(mode))) {
    return undefined;
  }
  const TmpfsOptions = {
    ...(SizeBytes !== undefined && { SizeBytes }),
    ...(mode !== undefined && { Mode: Number.parseInt(mode, 8) }),
  };
  return { Type: 'tmpfs', ...common, ...(own.length > 0 && { TmpfsOptions }) };
}

/** undefined: an unknown or a repeated key. */
function parseFields(entry: string): Fields | undefined {
  const fields = new Map<string, string>();
  for (const field of entry.split(',')) {
    const equals = field.indexOf('=');
    const name = equals < 0 ? field : field.slice(0, equals);
    const key = Object.hasOwn(ALIASES, name) ? ALIASES[name]! : name;
    const value = equals < 0 ? 'true' : field.slice(equals + 1);
    const needsValue = key !== 'readonly' && key !== 'volume-nocopy';
    if (!KEYS.includes(key) || fields.has(key) || value === '' || (needsValue && equals < 0)) return undefined;
    fields.set(key, value);
  }
  return fields;
}

function flag(value: string | undefined): boolean | undefined {
  if (value === undefined || value === 'false') return false;
  return value === 'true' ? true : undefined;
}
