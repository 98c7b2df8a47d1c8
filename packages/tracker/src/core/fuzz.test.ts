import { Drmaa2Error, type JobTemplate } from '@docker-tracker/drmaa2';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dispatchState } from './job/dispatch-name.js';
import type { JobRecord } from './job/job-record.js';
import { jobSnapshot } from './job/job-snapshot.js';
import { observeEvent } from './job/observe.js';
import { reduce } from './job/reduce.js';
import { parseTimestamp } from './job/timestamp.js';
import { decodeArrayJobId } from './label/array-job-id.js';
import { decodeBase64, encodeBase64 } from './label/base64.js';
import { decodeTemplateLabel, encodeTemplateLabel } from './label/template-label.js';
import { encodeUtf8 } from './label/utf8.js';
import { checkSessionName } from './label/session-name.js';
import { pass } from './output/log-passage.js';
import { placeOf, slotOf } from './queue/place.js';
import { readTime } from './template/attribute-time.js';
import { parseCapabilities } from './template/capabilities.js';
import { parseCpus } from './template/cpu-count.js';
import { parseDevices } from './template/devices.js';
import { parseDnsServers, parseExtraHosts } from './template/extra-hosts.js';
import { decodeFilePlan } from './template/file-plan.js';
import { isHostname } from './template/hostname.js';
import { parseLabels } from './template/job-labels.js';
import { parseMounts } from './template/mounts.js';
import { parseSecurityOptions } from './template/security-options.js';
import { stagePath } from './template/stage-path.js';
import { parseTmpfs } from './template/tmpfs.js';
import { parseByteSize } from './template/byte-size.js';
import { checkTemplate } from './template/check-template.js';
import { containerName } from './template/container-name.js';
import { listExtensions } from './template/describe-extensions.js';
import { normalizePath } from './template/host-path.js';
import { isIpAddress } from './template/ip-address.js';
import { parsePorts } from './template/ports.js';
import { parseRestartPolicy } from './template/restart-policy.js';
import { parseStopSignal } from './template/stop-signal.js';
import { parseUlimits } from './template/ulimits.js';

/** Inputs for each of the tests below; `npm run test:fuzz` gives more. */
const RUNS = Number(process.env.DOCKER_TRACKER_FUZZ ?? 1_000);
const limits = { timeout: 60_000 + RUNS * 5 };

/** Anything, and what is nearly right. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom(...Array.from('0123456789:/.,-=[]kmgtb \0%$\n')) }),
  fc.constantFrom('127.0.0.1:8080:80/tcp', '[::1]:1-9:1-9', 'nofile=1:2,core=-1', '1.5g', 'on-failure:3', 'SIGKILL'),
);

const PARSERS = {
  parsePorts,
  parseUlimits,
  parseByteSize,
  parseRestartPolicy,
  parseStopSignal,
  parseTimestamp,
  isIpAddress,
  normalizePath,
  containerName,
  decodeBase64,
  parseMounts,
  parseDevices,
  parseTmpfs,
  parseExtraHosts,
  parseDnsServers,
  parseCapabilities,
  parseSecurityOptions,
  parseLabels,
  parseCpus,
  isHostname,
  dispatchState,
  decodeFilePlan,
  stagePath,
  checkSessionName: (given: string) => {
    checkSessionName(given);
  },
  readTime: (given: string) => readTime('startTime', given),
} as const;

/** Where a regular expression that backtracks, or a loop within a loop, would take for ever. */
const HUGE = ['', '/', ':', ',', ';', '=', 'a', '0', '/a', 'a=b;', '1-2,', '\0', '-', '[', '::', 'rwm'].flatMap(
  (unit) => [unit.repeat(200_000), `${unit.repeat(200_000)}!`, `a:${unit.repeat(100_000)}:/b`],
);

function onlyRefuses(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(Drmaa2Error);
  }
}

describe('whatever a template, a label or an event holds', () => {
  it.each(Object.entries(PARSERS))('%s gives a value, nothing, or a Drmaa2Error', limits, (_name, parse) => {
    fc.assert(
      fc.property(text, (given) => {
        onlyRefuses(() => parse(given));
      }),
      { numRuns: RUNS },
    );
  });

  it.each(Object.entries(PARSERS))('%s is done with a huge text in no time', limits, (_name, parse) => {
    for (const huge of HUGE) {
      onlyRefuses(() => parse(huge));
    }
  });

  it('any observations give a record, and folding the last one again changes nothing', limits, () => {
    const at = fc.bigInt({ min: 0n, max: 20n });
    const event = fc.record({
      action: fc.constantFrom(
        'create',
        'start',
        'die',
        'kill',
        'pause',
        'unpause',
        'rename',
        'destroy',
        'stop',
        'oom',
        'update',
      ),
      attributes: fc.dictionary(
        fc.constantFrom('exitCode', 'signal', 'name', 'oldName', 'image', 'drmaa2_jobsession', 'drmaa2_dispatch'),
        fc.oneof(fc.constantFrom('0', '137', '19', 'a.queued-1', 'a.claim-2', 'a.held-3', 'k.slot-1'), text),
      ),
      at,
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 8 }), (events) => {
        let record: JobRecord | undefined;
        for (const [order, { action, attributes, at: timeNano }] of events.entries()) {
          const seen = observeEvent(
            { type: 'container', action, id: 'c', attributes, timeNano },
            order,
            record?.labels,
          );
          if (!seen) continue;
          record = reduce(record, seen).record;
          expect(reduce(record, seen).record).toEqual(record);
          if (record) {
            jobSnapshot(record);
            placeOf(record);
            slotOf(record);
          }
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('a log passes a file, differs, or needs more, and never claims more than there is', limits, () => {
    const bytes = fc
      .uint8Array({ maxLength: 24 })
      .map((given) => given.map((byte) => (byte % 5 === 0 ? 0xef : byte % 3 ? 0xbf : 0xbd)));
    fc.assert(
      fc.property(bytes, bytes, fc.boolean(), fc.boolean(), (log, file, logEnds, fileEnds) => {
        const passage = pass(log, file, { log: logEnds, file: fileEnds });
        if (passage.kind === 'passed') expect(passage.bytes).toBeLessThanOrEqual(log.length);
        if (passage.kind === 'more') expect(passage.logBytes).toBeLessThanOrEqual(log.length);
      }),
      { numRuns: RUNS },
    );
  });

  it('a template is accepted or refused by a Drmaa2Error, and one that is accepted survives its label', limits, () => {
    const extensions = fc.dictionary(fc.oneof(fc.constantFrom(...listExtensions()), text), text, { maxKeys: 3 });
    const template = fc.record(
      {
        jobCategory: fc.oneof(fc.constant('busybox'), text),
        remoteCommand: fc.oneof(fc.constant('true'), text),
        args: fc.oneof(fc.array(text), fc.jsonValue()),
        jobName: text,
        workingDirectory: text,
        outputPath: text,
        jobEnvironment: fc.oneof(fc.dictionary(text, text), fc.jsonValue()),
        stageInFiles: fc.oneof(fc.dictionary(text, text), fc.jsonValue()),
        candidateMachines: fc.oneof(fc.array(text), fc.jsonValue()),
        minSlots: fc.oneof(fc.integer(), fc.jsonValue()),
        extensionList: fc.oneof(extensions, fc.jsonValue()),
      },
      { requiredKeys: ['jobCategory', 'remoteCommand'] },
    );
    fc.assert(
      fc.property(template, (given) => {
        onlyRefuses(() => {
          checkTemplate(given as JobTemplate);
          const label = encodeTemplateLabel(given as JobTemplate);
          expect(encodeTemplateLabel(decodeTemplateLabel(label))).toBe(label);
        });
      }),
      { numRuns: RUNS },
    );
  });

  it('a label is a template or a Drmaa2Error', limits, () => {
    const label = fc.oneof(
      text,
      fc.json().map((json) => encodeBase64(encodeUtf8(json))),
    );
    fc.assert(
      fc.property(label, (given) => {
        onlyRefuses(() => decodeTemplateLabel(given));
      }),
      { numRuns: RUNS },
    );
  });

  it('an array id is a list of ids or a Drmaa2Error', limits, () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.json()), (given) => {
        onlyRefuses(() => decodeArrayJobId(given));
      }),
      { numRuns: RUNS },
    );
  });

  it('an event is an observation or none', limits, () => {
    const attributes = fc.dictionary(
      fc.oneof(fc.constantFrom('exitCode', 'signal', 'name', 'oldName', 'image'), text),
      text,
    );
    const action = fc.oneof(fc.constantFrom('die', 'kill', 'rename', 'create', 'health_status: x', 'exec_die'), text);
    fc.assert(
      fc.property(action, attributes, text, fc.bigInt(), (name, given, id, timeNano) => {
        observeEvent({ type: 'container', action: name, id, attributes: given, timeNano }, 1, undefined);
      }),
      { numRuns: RUNS },
    );
  });
});
