import type { JobTemplate } from '@docker-tracker/drmaa2';
import type { JobRecord } from '../core/job/job-record.js';
import { TEMPLATE_LABEL } from '../core/label/label-names.js';
import { decodeTemplateLabel } from '../core/label/template-label.js';

/** Decoded once for all that look: live queries judge a job at each of its changes. Gone with the labels. */
const decoded = new WeakMap<JobRecord['labels'], JobTemplate | undefined>();

/** The template in the job's label; `undefined` where there is none that can be read. Never throws. */
export function templateOf({ labels }: JobRecord): JobTemplate | undefined {
  if (!decoded.has(labels)) decoded.set(labels, readTemplate(labels[TEMPLATE_LABEL]));
  return decoded.get(labels);
}

function readTemplate(label: string | undefined): JobTemplate | undefined {
  if (label === undefined) return undefined;
  try {
    return decodeTemplateLabel(label);
  } catch {
    return undefined;
  }
}
