import { describe, expect, it } from 'vitest';
import { checkTemplate } from './check-template.js';
import { platformOf } from './platform.js';

describe('platformOf', () => {
  it.each([
    [{}, undefined],
    [{ machineOs: 'Linux' }, 'linux'],
    [{ machineOs: 'WinNT', machineArch: 'x64' }, 'windows/amd64'],
    [{ machineArch: 'ARM64' }, 'arm64'],
    [{ extensionList: { platform: 'linux/s390x' } }, 'linux/s390x'],
  ])('reads %j as %j', (template, platform) => {
    expect(platformOf(template)).toBe(platform);
  });
  it.each([
    [{ machineOs: 'AIX' }, 'machineOs is "AIX"; accepted: Linux, Win or WinNT'],
    [{ machineArch: 'IA64' }, 'machineArch is "IA64"; accepted: x64'],
    [{ machineArch: 'constructor' }, 'machineArch is "constructor"'],
    [{ machineOs: 'Linux', extensionList: { platform: 'linux' } }, 'extension platform excludes machineOs'],
  ])('refuses %j', (template, words) => {
    const whole = { jobCategory: 'busybox', remoteCommand: 'true', ...template };
    expect(() => {
      checkTemplate(whole);
    }).toThrow(words);
  });
});
