import type { DockerTracker, JobTemplate } from '@docker-tracker/tracker';

const IMAGE = process.env.DOCKER_TRACKER_IMAGE ?? 'docker-tracker/busybox:test';

/** Writes as a training run does, in colours, and uses a processor now and then. */
const TRAINING = `
step=0
while [ $step -lt 400 ]; do
  step=$((step + 1))
  printf '\\033[2m%s\\033[0m \\033[32mepoch %02d\\033[0m step %03d  \\033[36mloss\\033[0m 0.%03d  \\033[35macc\\033[0m 0.%03d\\n' \\
    "$(date +%T)" $((step / 20 + 1)) $step $((900 - step * 2)) $((400 + step))
  [ $((step % 25)) -eq 0 ] && printf '\\033[1;33mwarning\\033[0m learning rate lowered\\n'
  [ $((step % 40)) -eq 0 ] && printf '\\033[1;34msaved\\033[0m checkpoint-%03d.pt\\n' $step
  i=0; while [ $i -lt $((6000 + step % 7 * 9000)) ]; do i=$((i + 1)); done
  sleep 0.4
done`;

/** Sessions, opened; the last is the one that trains. */
export interface ShownSessions {
  readonly nightly: DockerTracker;
  readonly render: DockerTracker;
  readonly training: DockerTracker;
}

/** Submits more than thirty jobs in all states; resolves, after half a minute, with the id of one that is worth a page. */
export async function submitShownJobs({ nightly, render, training }: ShownSessions): Promise<string> {
  const shown = await training.addJob(sh('resnet-50-finetune', TRAINING));
  await training.addJob(sh('resnet-18-baseline', TRAINING));
  const frames = await render.addArrayJob(sh('frames', 'sleep $((3 + TASK_ID % 4 * 4)); [ $TASK_ID -ne 7 ]'), {
    begin: 1,
    end: 16,
    maxParallel: 4,
  });
  await nightly.addJob(sh('lint', 'sleep 2'));
  await nightly.addJob(sh('unit-tests', 'sleep 9'));
  await nightly.addJob(sh('integration-tests', 'sleep 6; echo "3 of 212 failed" >&2; exit 3'));
  const paused = await training.addJob(sh('hyperparameter-search', 'sleep 600'));
  const killed = await nightly.addJob(sh('fuzz-parser', 'sleep 600'));
  await nightly.addJob(sh('package', 'sleep 14'));
  await nightly.addJob(sh('publish', 'sleep 1', { submitAsHold: true }));
  await nightly.addJob(sh('weekly-report', 'sleep 1', { startTime: new Date(Date.now() + 3_600_000) }));
  await pause(6);
  await training.jobControl(paused, 'suspend');
  await training.addJob(sh('tokenize-corpus', 'sleep 11'));
  await training.addJob(sh('evaluate', 'sleep 600'));
  await pause(5);
  await nightly.jobControl(killed, 'terminate');
  await render.addJob(sh('encode-preview', 'sleep 8'));
  await render.addJob(sh('encode-master', 'sleep 600'));
  await training.jobControl(paused, 'resume');
  await pause(6);
  await training.jobControl(paused, 'suspend');
  for (const name of ['backup-postgres', 'backup-media', 'prune-images']) await nightly.addJob(sh(name, 'sleep 4'));
  await render.addJob(sh('thumbnail', 'exit 1'));
  await training.addJob(sh('export-onnx', 'sleep 600'));
  await pause(8);
  if (frames === '') throw new Error('the array was not submitted');
  return shown;
}

function sh(jobName: string, script: string, more: Partial<JobTemplate> = {}): JobTemplate {
  return { jobName, jobCategory: IMAGE, remoteCommand: '/bin/sh', args: ['-c', script], ...more };
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
}
