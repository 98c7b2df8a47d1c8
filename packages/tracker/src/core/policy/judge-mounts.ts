import type { MountBody } from '@docker-tracker/engine-client';
import { isAbsolutePath } from '../template/host-path.js';
import { isPathAllowed, writableAbove } from './allowed.js';
import { denied, judgeWord, list } from './denied.js';
import type { TemplatePolicy } from './template-policy.js';

/** `source:target[:modes]`; a source that is no path is the name of a volume. */
export function judgeBind(policy: TemplatePolicy, bind: string): void {
  const [source = '', , modes = ''] = bind.split(':');
  const words = modes.split(',');
  judgePropagation('stageInFiles', words);
  if (!isAbsolutePath(source)) judgeWord('stageInFiles', source, policy.volumes ?? []);
  else judgeSource(policy, 'stageInFiles', source, words.includes('ro') && !/[zZ]/.test(modes));
}

export function judgeMount(policy: TemplatePolicy, mount: MountBody): void {
  const what = 'extension mounts';
  judgePropagation(what, [mount.BindOptions?.Propagation ?? '']);
  if (mount.Type === 'bind') judgeSource(policy, what, mount.Source ?? '/', mount.ReadOnly === true);
  else if (mount.Type === 'volume') {
    if (mount.Source !== undefined) judgeWord(what, mount.Source, policy.volumes ?? []);
    // A driver's options can name any device or folder of the host.
    const more = Object.keys(mount.VolumeOptions ?? {}).filter((option) => option !== 'NoCopy');
    if (more.length > 0) throw denied(what, more.join(' '), 'no options of a volume driver');
  } else if (mount.Type !== 'tmpfs') throw denied(what, mount.Type, 'bind, volume and tmpfs');
}

function judgeSource(policy: TemplatePolicy, what: string, source: string, readOnly: boolean): void {
  const { bindSources = [], readOnlyBindSources = [] } = policy;
  refuseBelowWritable(policy, what, source);
  if (isPathAllowed(source, bindSources)) return;
  if (readOnly && isPathAllowed(source, readOnlyBindSources)) return;
  throw denied(what, source, `${list(bindSources)}; read-only: ${list(readOnlyBindSources)}`);
}

function judgePropagation(what: string, words: readonly string[]): void {
  const open = words.find((word) => /^r?(?:shared|slave)$/.test(word));
  if (open !== undefined) throw denied(what, open, 'private and rprivate propagation');
}

export function judgeDevice(policy: TemplatePolicy, path: string): void {
  refuseBelowWritable(policy, 'extension device', path);
  if (!isPathAllowed(path, policy.devices)) throw denied('extension device', path, list(policy.devices));
}

/** Whoever may write a folder can put a link there to anything, and engine and tracker would follow it. */
export function refuseBelowWritable({ bindSources }: TemplatePolicy, what: string, path: string): void {
  const above = writableAbove(path, bindSources);
  if (above !== undefined) throw denied(what, path, `nothing below ${above}, where jobs may write and make links`);
}
