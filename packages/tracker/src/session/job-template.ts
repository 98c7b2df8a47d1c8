import type { JobTemplate } from '@docker-tracker/drmaa2';
import { templateLabelOf, type JobRecord } from '../core/job/job-record.js';
import { decodeTemplateLabel } from '../core/label/template-label.js';

/** The template in the job's label; `undefined` where there is none that can be read. Never throws. */
export function templateOf(record: JobRecord): JobTemplate | undefined {
  const label = templateLabelOf(record);
  if (label === undefined) return undefined;
  try {
    return decodeTemplateLabel(label);
  } catch {
    return undefined;
  }
}
