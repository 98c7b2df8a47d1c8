import { loads, machine } from '../page-state.js';
import { bytes } from '../words.js';

const WIDTH = 72;
const HEIGHT = 22;

/** The host's load beside its processors, and its memory. */
export function MachineMeter() {
  const { value } = machine;
  if (!value) return null;
  const {
    name,
    sockets,
    coresPerSocket = 1,
    threadsPerCore = 1,
    load,
    machineOs,
    machineOsVersion,
    machineArch,
  } = value;
  const processors = sockets === undefined ? undefined : sockets * coresPerSocket * threadsPerCore;
  const { major, minor } = machineOsVersion;
  return (
    <div class="machine" title={`${name}, ${machineOs} ${major}.${minor}, ${machineArch}`}>
      {loads.value.length > 1 && <Sparkline top={Math.max(processors ?? 1, ...loads.value)} />}
      <dl>
        {load !== undefined && (
          <div>
            <dt>load</dt>
            <dd class={load > (processors ?? load) ? 'strong' : ''}>
              {load.toFixed(2)} {processors !== undefined && <small>of {processors} processors</small>}
            </dd>
          </div>
        )}
        <div>
          <dt>memory</dt>
          <dd>{bytes(value.physMemory * 1024)}</dd>
        </div>
      </dl>
    </div>
  );
}

function Sparkline({ top }: { readonly top: number }) {
  const { value } = loads;
  const step = WIDTH / Math.max(1, value.length - 1);
  const at = (load: number): number => HEIGHT - 1 - (load / top) * (HEIGHT - 2);
  const points = value.map((load, index) => `${(index * step).toFixed(1)},${at(load).toFixed(1)}`).join(' ');
  return (
    <svg class="sparkline" viewBox={`0 0 ${String(WIDTH)} ${String(HEIGHT)}`} aria-hidden="true">
      <polygon points={`0,${String(HEIGHT)} ${points} ${String(WIDTH)},${String(HEIGHT)}`} />
      <polyline points={points} />
    </svg>
  );
}
