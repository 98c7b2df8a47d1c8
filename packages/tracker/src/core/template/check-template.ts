import { Drmaa2Error, type JobTemplate } from '@docker-tracker/drmaa2';
import { parseTimestamp } from '../job/timestamp.js';
import { readTime, ZERO_TIME } from './attribute-time.js';
import { ATTRIBUTE_SUPPORT } from './attribute-support.js';
import { isAttributeName, readAttribute, type AttributeName, type AttributeValue } from './attribute-value.js';
import { containerName } from './container-name.js';
import { environmentList } from './environment.js';
import { checkExtensions, readExtension } from './extensions.js';
import { checkStageOutFiles } from './file-plan.js';
import { isAbsolutePath } from './host-path.js';
import { hostShare } from './host-share.js';
import { HOSTNAME_FORM, isHostname } from './hostname.js';
import { platformOf } from './platform.js';
import { badArgument, badValue, shownValue } from './refusal.js';
import { checkStageInFiles } from './stage-in.js';
import { isWord } from './word.js';

/**
 * Refuses a template that cannot be carried out as it stands, before anything is created.
 * @throws {Drmaa2Error} InvalidArgument naming attribute, value and accepted form; UnsupportedAttribute for what this
 * version does not carry out, see ATTRIBUTE_SUPPORT.
 */
export function checkTemplate(
  template: JobTemplate,
  options: { readonly strictExtensions?: boolean; readonly notifies?: boolean } = {},
): void {
  const given: unknown = template;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw badValue('template', given, 'a JobTemplate object');
  }
  for (const [name, value] of Object.entries(given)) checkAttribute(name, value, options.notifies === true);
  checkCommand(template);
  checkExtensions(template, { strict: options.strictExtensions === true });
  checkHostname(template);
  hostShare(template);
  platformOf(template);
  checkPaths(template);
  checkStageInFiles(template.stageInFiles ?? {});
  checkStageOutFiles(template.stageOutFiles ?? {});
  environmentList(template.jobEnvironment ?? {});
  containerName(template.jobName);
  checkTimes(template);
  const restart = readExtension(template, 'restart');
  if (readExtension(template, 'rm') === true && readExtension(template, 'ttl') !== undefined) {
    throw badArgument('extension rm excludes extension ttl: the engine removes the container at its end');
  }
  if (readExtension(template, 'rm') === true && restart !== undefined && restart.Name !== 'no') {
    throw badArgument(`extension rm excludes extension restart=${restart.Name}: no engine removes what it restarts`);
  }
}

function checkAttribute(name: string, value: unknown, notifies: boolean): void {
  if (value === undefined) return;
  if (!isAttributeName(name)) {
    const hint = name === 'extension' ? 'extensions are given flat, as extensionList' : 'not one of a JobTemplate';
    throw badArgument(`attribute ${shownValue(name)} is unknown: ${hint}`);
  }
  const set = readAttribute(name, value);
  if (set === undefined) return;
  const [support, why] = ATTRIBUTE_SUPPORT[name];
  if (support === 'refused' || (support === 'notified' && !notifies)) {
    throw new Drmaa2Error('UnsupportedAttribute', `${name} is not supported: ${why}`);
  }
  checkTexts(name, set);
}

/** NUL ends a text in the kernel, and a lone surrogate does not survive UTF-8: neither reaches the job as given. */
function checkTexts(name: AttributeName, set: AttributeValue): void {
  const texts =
    set.kind === 'text'
      ? [set.value]
      : set.kind === 'list'
        ? set.value
        : set.kind === 'map'
          ? Object.entries(set.value).flat()
          : [];
  if (texts.some((text) => /[\0\p{Cs}]/u.test(text))) {
    throw badArgument(`${name} holds a NUL or a lone surrogate; accepted: texts without them`);
  }
}

function checkCommand(template: JobTemplate): void {
  // Empty and dotted steps are no image's, and in the path of a call they would lead to another one.
  const steps = (template.jobCategory ?? '').split('/');
  if (steps.some((step) => !isWord(step) || /^\.{1,2}$/.test(step))) {
    throw badValue('jobCategory', template.jobCategory, 'the reference of an installed image');
  }
  const command = template.remoteCommand ?? '';
  if (readExtension(template, 'image-command') !== true) {
    if (command !== '') return;
    const accepted = "the command to run; for the image's own command set the extension image-command=true";
    throw badValue('remoteCommand', template.remoteCommand, accepted);
  }
  // arguments have no Cmd[0] to follow there, and an engine would run the first of them
  if (command !== '') throw badValue('remoteCommand', command, 'none together with the extension image-command=true');
  if ((template.args ?? []).length > 0) {
    throw badValue('args', template.args, 'none together with the extension image-command=true');
  }
}

function checkHostname(template: JobTemplate): void {
  const machines = template.candidateMachines ?? [];
  const extension = readExtension(template, 'hostname');
  const [machine] = machines;
  if (machines.length > 1) {
    throw badArgument(
      `candidateMachines has ${String(machines.length)} entries; accepted: one, the hostname of the job`,
    );
  }
  if (machine !== undefined && extension !== undefined) {
    throw badArgument(`candidateMachines[0] is ${shownValue(machine)}, a hostname, which excludes extension hostname`);
  }
  if (machine !== undefined && !isHostname(machine)) throw badValue('candidateMachines[0]', machine, HOSTNAME_FORM);
  const hostname = machine ?? extension;
  if (hostname === undefined || readExtension(template, 'uts') !== 'host') return;
  const what = machine === undefined ? 'extension hostname' : 'candidateMachines[0]';
  throw badArgument(`${what} is ${shownValue(hostname)}, a hostname, which excludes extension uts=host`);
}

function checkTimes(template: JobTemplate): void {
  const [start, deadline] = (['startTime', 'deadlineTime'] as const).map((name) =>
    parseTimestamp(readTime(name, template[name] ?? ZERO_TIME)),
  );
  if (start === undefined || deadline === undefined || start < deadline) return;
  throw badValue(
    'deadlineTime',
    String(template.deadlineTime),
    `a time after startTime, ${String(template.startTime)}`,
  );
}

function checkPaths(template: JobTemplate): void {
  const { workingDirectory = '' } = template;
  if (workingDirectory !== '' && !isAbsolutePath(workingDirectory)) {
    throw badValue('workingDirectory', workingDirectory, 'an absolute path in the container');
  }
}
