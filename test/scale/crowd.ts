import { randomBytes } from 'node:crypto';
import { DockerTracker } from '@docker-tracker/tracker';
import type { FakeEngine } from '../fake-engine/index.js';
import { Container } from '../fake-engine/model/container.js';

export interface CrowdSize {
  readonly jobs: number;
  /** How many of them run; the others have ended. */
  readonly running: number;
}

const TEMPLATE = 'drmaa2jobtemplate';
const INDEX = 'drmaa2_taskid';

/**
 * Puts jobs into the engine, each as the tracker itself submits a task of an array: the labels of a real one, with an index of its
 * own in its label and in the environment that its template carries.
 */
export async function addCrowd(
  fake: FakeEngine,
  session: string,
  { jobs, running }: CrowdSize,
): Promise<readonly Container[]> {
  const pattern = await patternOf(fake, session);
  const template = Buffer.from(pattern.config.Labels[TEMPLATE] ?? '', 'base64').toString();
  const crowd: Container[] = [];
  for (let index = 1; index <= jobs; index += 1) {
    const label = template.replace(/"TASK_ID":"\d+"/, `"TASK_ID":"${String(index)}"`);
    const id = randomBytes(32).toString('hex');
    const name = `${pattern.config.Labels.drmaa2_arraykey ?? ''}-${String(index)}`;
    const container = new Container({
      id,
      name,
      createdAt: fake.clock.now(),
      imageId: pattern.imageId,
      config: {
        ...pattern.config,
        Labels: {
          ...pattern.config.Labels,
          [TEMPLATE]: Buffer.from(label).toString('base64'),
          [INDEX]: String(index),
        },
      },
      hostConfig: pattern.hostConfig,
    });
    container.startedAt = fake.clock.now();
    if (index <= running) {
      container.running = true;
      container.pid = fake.model.nextPid();
      container.process = { traps: new Map(), stopped: false, pending: [], onInput: () => undefined };
    } else {
      container.exitCode = index % 7;
      container.finishedAt = fake.clock.now();
    }
    container.save();
    fake.model.containers.claimName(name, id);
    fake.model.containers.add(container);
    crowd.push(container);
  }
  return crowd.slice(0, running);
}

async function patternOf(fake: FakeEngine, session: string): Promise<Container> {
  await using tracker = await DockerTracker.open({ session, host: fake.host, network: 'none' });
  const template = {
    jobName: 'align',
    jobCategory: 'busybox:latest',
    remoteCommand: 'sh',
    args: ['-c', 'align --reference /data/genome.fa --sample $TASK_ID'],
    workingDirectory: '/data',
    jobEnvironment: { THREADS: '4', LANG: 'C.UTF-8' },
    stageInFiles: { '/srv/genomes': '/data' },
    minPhysMemory: 65_536,
    extensionList: { user: 'nobody' },
  };
  const id = await tracker.addArrayJob(template, { begin: 1, end: 1 });
  const [task = ''] = tracker.listArrayJobs(id);
  await tracker.wait(task, ['Done', 'Failed', 'Running']);
  const pattern = fake.jobs.container(task);
  if (tracker.snapshot().get(task)?.state === 'Running') await fake.exit(task, 0);
  await tracker.wait(task, ['Done', 'Failed']);
  await tracker.deleteJob(task);
  return pattern;
}
