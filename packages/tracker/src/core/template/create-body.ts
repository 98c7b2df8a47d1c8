import type { JobTemplate } from '@docker-tracker/drmaa2';
import type { ContainerCreateBody } from '@docker-tracker/engine-client';
import {
  ACCOUNTING_LABEL,
  CPU_TIME_LABEL,
  DEADLINE_LABEL,
  JOB_NAME_LABEL,
  PRIORITY_LABEL,
  QUEUE_LABEL,
  SESSION_LABEL,
  START_TIME_LABEL,
  TEMPLATE_LABEL,
  TTL_LABEL,
  WALLCLOCK_LABEL,
} from '../label/label-names.js';
import { checkSessionName } from '../label/session-name.js';
import { encodeTemplateLabel, type TemplateLabelMode } from '../label/template-label.js';
import { judgeBody } from '../policy/judge-body.js';
import type { TemplatePolicy } from '../policy/template-policy.js';
import { readTime, ZERO_TIME } from './attribute-time.js';
import { checkTemplate } from './check-template.js';
import { containerConfig } from './container-config.js';
import { readExtension } from './extensions.js';
import { hostConfig } from './host-config.js';
import type { EngineHost } from './host-share.js';
import { isAbsolutePath } from './host-path.js';
import { badValue } from './refusal.js';
import { resourceLimits } from './resource-limits.js';

/** What a create body needs to know beside the template. */
export interface CreateBodyContext {
  readonly session: string;
  /** Absolute; relative host paths of stageInFiles start there. */
  readonly workingDirectoryOfProcess: string;
  /** Variables of the tracker's own (TASK_ID, JOB_ID); they win over the template's and, as the Go tracker has it, enter the label. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Labels of the tracker's own; the session, the template and the job name are added here and cannot be replaced. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Default: full. */
  readonly templateLabel?: TemplateLabelMode;
  /** Refuse unknown extension keys. Default: false. */
  readonly strictExtensions?: boolean;
  /** Whether somebody sends what the email attributes ask for; else they are refused. Default: false. */
  readonly notifies?: boolean;
  /** NetworkMode where the template names none. Default: the engine's. */
  readonly defaultNetwork?: string | undefined;
  /** `Config.StopSignal` of the image. Default: SIGTERM. */
  readonly imageStopSignal?: string | undefined;
  /** What CPUs and memory are compared with. Default: nothing. */
  readonly engineHost?: EngineHost | undefined;
  /** Default: none, templates may ask for anything. */
  readonly policy?: TemplatePolicy | undefined;
}

/**
 * The body of the create call for a job, checked through and through. The template is not changed, nor kept.
 * @throws {Drmaa2Error} InvalidArgument naming attribute or key, value and accepted form, or the size limit of the
 * template's label; UnsupportedAttribute for what this version does not carry out; DeniedByDrms for what the policy denies.
 */
export function createBody(template: JobTemplate, context: CreateBodyContext): ContainerCreateBody {
  checkSessionName(context.session);
  if (!isAbsolutePath(context.workingDirectoryOfProcess)) {
    throw badValue('workingDirectoryOfProcess', context.workingDirectoryOfProcess, 'an absolute path');
  }
  checkTemplate(template, context);
  const effective = withEnvironment(template, context.environment ?? {});
  const limits = resourceLimits(template);
  const body: ContainerCreateBody = {
    ...containerConfig(effective, context),
    Labels: {
      ...readExtension(template, 'labels'),
      ...context.labels,
      ...given(JOB_NAME_LABEL, template.jobName),
      ...given(QUEUE_LABEL, template.queueName),
      ...given(ACCOUNTING_LABEL, template.accountingString),
      ...given(WALLCLOCK_LABEL, limits.wallclockSec?.toString()),
      ...given(CPU_TIME_LABEL, limits.cpuTimeSec?.toString()),
      ...given(PRIORITY_LABEL, template.priority === 0 ? undefined : template.priority?.toString()),
      ...given(TTL_LABEL, readExtension(template, 'ttl')?.toString()),
      ...given(START_TIME_LABEL, readTime('startTime', template.startTime ?? ZERO_TIME)),
      ...given(DEADLINE_LABEL, readTime('deadlineTime', template.deadlineTime ?? ZERO_TIME)),
      [SESSION_LABEL]: context.session,
      [TEMPLATE_LABEL]: encodeTemplateLabel(effective, context.templateLabel),
    },
    HostConfig: hostConfig(effective, context),
  };
  if (context.policy !== undefined) judgeBody(context.policy, body, effective, context);
  return body;
}

/** A label for what is set: the Go binding's unset text is the empty one. */
function given(label: string, value = ''): Readonly<Record<string, string>> {
  return value === '' ? {} : { [label]: value };
}

function withEnvironment(template: JobTemplate, environment: Readonly<Record<string, string>>): JobTemplate {
  return { ...template, jobEnvironment: { ...template.jobEnvironment, ...environment } };
}
