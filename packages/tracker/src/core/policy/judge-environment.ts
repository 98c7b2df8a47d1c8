import { denied } from './denied.js';
import type { TemplatePolicy } from './template-policy.js';

/**
 * A container runtime that a vendor has made an engine's default hands out devices by a variable, without any field of the
 * create body. @source the documents of NVIDIA's, AMD's, Habana's and Ascend's container runtimes
 */
const HANDS_OUT_DEVICES =
  /^((?:NVIDIA|AMD|HABANA|ASCEND)_VISIBLE_DEVICES|NVIDIA_MIG_(?:CONFIG|MONITOR)_DEVICES|NVIDIA_IMEX_CHANNELS)=(.*)$/s;

const NOTHING: readonly string[] = ['', 'none', 'void'];

export function judgeEnvironment({ gpus }: TemplatePolicy, environment: readonly string[]): void {
  if (gpus === true) return;
  for (const entry of environment) {
    const [, name, value = ''] = HANDS_OUT_DEVICES.exec(entry) ?? [];
    if (name !== undefined && !NOTHING.includes(value)) throw denied(`jobEnvironment ${name}`, value, 'none and void');
  }
}
