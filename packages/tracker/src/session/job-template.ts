import type { JobTemplate } from '@docker-tracker/drmaa2';
import type { JobRecord } from '../core/job/job-record.js';
import { TEMPLATE_LABEL } from '../core/label/label-names.js';
import { decodeTemplateLabel } from '../core/label/template-label.js';

/** The template in the job's label; `undefined` where there is none that can be read. Never throws. */
export function templateOf(record: JobRecord): JobTemplate | undefined {
  const label = record.labels[TEMPLATE_LABEL];
  if (label === undefined) return undefined;
  try {
    return decodeTemplateLabel(label);
  } catch {
    return undefined;
  }
}
