import { describe, expect, it } from 'vitest';
import { Rig } from '../real-engine/rig.js';
import { CommandProcess } from './command-process.js';
import { Terminal } from './terminal.js';

describe('docker-tracker top', () => {
  it('fills the terminal with a live table, controls the selected job, and gives the terminal back', async () => {
    await using rig = await Rig.open();
    const first = await rig.sleeper({ jobName: 'first' });
    await using terminal = new Terminal(['top'], { session: rig.session });
    await terminal.shows(
      new RegExp(
        `docker-tracker top {2}session ${rig.session} +live\\n1 jobs {2}1 Running\\n(?:.*\\n)*${first.slice(0, 12)} +first +Running`,
      ),
    );
    expect(terminal.fullScreen).toBe(true);

    terminal.type('s');
    await terminal.shows(/first +Suspended +stopped/);
    const second = await rig.waiter(0, { jobName: 'second' });
    await terminal.shows(/1 Running {2}1 Suspended\n(?:.*\n)*.* second +Running(?:.*\n)*.* first +Suspended/);
    // The selection has stayed with its job.
    terminal.type('r');
    await terminal.shows(/2 Running/);
    terminal.type('/sec');
    await terminal.shows(/second.*\n(?:.*\n)*\/sec/);
    expect(terminal.text).not.toMatch(/first/);
    terminal.type('\rt');
    await terminal.shows(new RegExp(`terminate ${second.slice(0, 12)} \\(second\\)\\? y or n`));
    terminal.type('n');
    await terminal.shows(/not terminated/);
    expect(rig.tracker.snapshot().get(second)).toMatchObject({ state: 'Running' });
    terminal.type('ty');
    await terminal.shows(/second +Failed +signal:SIGKILL +137/);
    terminal.type('dy');
    await terminal.shows(/1 jobs {2}1 Running\n/);
    terminal.type('?');
    await terminal.shows(/leave; so does ctrl-c/);
    terminal.type('xq');
    expect(await terminal.end).toBe(0);
    expect(terminal.fullScreen).toBe(false);
    expect(terminal.text).toBe('');
    expect(await rig.containers()).toEqual([first]);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('gives the terminal back at %s', async (signal) => {
    await using rig = await Rig.open();
    await using terminal = new Terminal(['top'], { session: rig.session });
    await terminal.shows(/0 jobs/);
    terminal.signal(signal);
    expect(await terminal.end).toBe(signal === 'SIGTERM' ? 143 : 130);
    expect(terminal.fullScreen).toBe(false);
  });

  it('writes a line for each job and each change into a pipe', async () => {
    await using rig = await Rig.open();
    const id = await rig.sleeper({ jobName: 'piped' });
    using run = new CommandProcess(['top'], { session: rig.session });
    await run.says(new RegExp(`^${id.slice(0, 12)} \\(piped\\) Running\\n`));
    await rig.tracker.jobControl(id, 'terminate');
    await run.says(/\(piped\) Failed signal:SIGKILL exit status 137\n/);
    await rig.tracker.deleteJob(id);
    await run.says(/\(piped\) removed/);
    run.process.kill('SIGINT');
    expect(await run.end).toMatchObject({ exitCode: 130 });
  });
});
