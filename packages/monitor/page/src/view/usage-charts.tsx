import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { JobUsage } from '@docker-tracker/tracker';
import { scheme } from '../theme.js';
import { visible } from '../visibility.js';
import { bytes } from '../words.js';

/** Powers of two, up to a tebibyte. */
const BYTE_STEPS = Array.from({ length: 40 }, (_, power) => 2 ** power);
/** Ten minutes of one sample a second. */
const MOST_SAMPLES = 600;

interface Sample {
  readonly atSec: number;
  readonly cpuPercent: number | null;
  readonly memoryBytes: number;
  readonly processes: number;
}

/** What the job uses, while it runs. */
export function UsageCharts(props: { readonly id: string; readonly runs: boolean; readonly reached: number }) {
  const { id, runs, reached } = props;
  const [samples, setSamples] = useState<readonly Sample[]>([]);
  const follows = runs && visible.value;
  useEffect(() => {
    if (!follows) return undefined;
    const events = new EventSource(`/jobs/${id}/usage`);
    events.addEventListener('usage', ({ data }: MessageEvent<string>) => {
      const sample = sampleOf(JSON.parse(data) as JobUsage);
      setSamples((all) => [...all, sample].slice(-MOST_SAMPLES));
    });
    events.addEventListener('end', () => {
      events.close();
    });
    return () => {
      events.close();
    };
  }, [id, follows, reached]);
  const last = samples.at(-1);
  const times = samples.map(({ atSec }) => atSec);
  return (
    <section class="card usage">
      <h2>
        Usage
        {last?.processes !== undefined && (
          <small>{last.processes === 1 ? '1 process' : `${String(last.processes)} processes`}</small>
        )}
      </h2>
      {last ? (
        <>
          <Chart
            title="processor"
            now={last.cpuPercent === null ? '' : `${last.cpuPercent.toFixed(1)} %`}
            data={[times, samples.map(({ cpuPercent }) => cpuPercent)]}
            colour="--state-Running"
            label={(value) => `${String(value)} %`}
          />
          <Chart
            title="memory"
            now={bytes(last.memoryBytes)}
            data={[times, samples.map(({ memoryBytes }) => memoryBytes)]}
            colour="--state-Done"
            label={bytes}
            steps={BYTE_STEPS}
          />
        </>
      ) : (
        <p class="muted">{runs ? 'Waits for the first sample.' : 'A job that does not run uses nothing.'}</p>
      )}
    </section>
  );
}

function sampleOf({ read, cpuPercent, memoryBytes, processes }: JobUsage): Sample {
  return { atSec: Date.parse(read) / 1_000, cpuPercent: cpuPercent ?? null, memoryBytes, processes };
}

interface ChartProps {
  readonly title: string;
  readonly now: string;
  readonly data: uPlot.AlignedData;
  /** Name of the style sheet's colour. */
  readonly colour: string;
  readonly label: (value: number) => string;
  /** Where lines may be; default: round decimal numbers. */
  readonly steps?: number[];
}

function Chart({ title, now, data, colour, label, steps }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>();
  const drawnIn = scheme.value;
  useEffect(() => {
    const { current } = place;
    if (!current) return undefined;
    const style = getComputedStyle(current);
    const [line, muted, grid] = [colour, '--muted', '--line'].map((name) => style.getPropertyValue(name).trim());
    const axis = { stroke: muted!, grid: { stroke: grid!, width: 1 }, ticks: { show: false }, font: '11px system-ui' };
    const plot = new uPlot(
      {
        width: current.clientWidth,
        height: 120,
        legend: { show: false },
        cursor: { y: false, drag: { x: false, y: false } },
        scales: { y: { range: (_, __, max) => [0, Math.max(max * 1.15, 1)] } },
        axes: [
          { ...axis, size: 22, space: 70 },
          { ...axis, size: 62, space: 34, values: (_, values) => values.map(label), ...(steps && { incrs: steps }) },
        ],
        series: [
          {},
          { stroke: line!, width: 2, fill: `color-mix(in srgb, ${line!} 14%, transparent)`, points: { show: false } },
        ],
      },
      data,
      current,
    );
    chart.current = plot;
    const resized = new ResizeObserver(() => {
      plot.setSize({ width: current.clientWidth, height: 120 });
    });
    resized.observe(current);
    return () => {
      resized.disconnect();
      plot.destroy();
    };
  }, [drawnIn]);
  useEffect(() => {
    chart.current?.setData(data);
  }, [data]);
  return (
    <figure class="chart">
      <figcaption>
        {title} <strong>{now}</strong>
      </figcaption>
      <div ref={place} />
    </figure>
  );
}
