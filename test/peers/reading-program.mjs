// Run as a process of its own, whose memory is its own: reads the logs of a container to their end and tells how much that was.
import { Engine } from '@docker-tracker/engine-client';

const [host] = process.argv.slice(2);
const engine = await Engine.connect({ host, environment: {} });
let bytes = 0;
for await (const { data } of engine.containers.logs('c', { tty: false })) bytes += data.length;
await engine.close();
process.send({ bytes, maxRssKibibytes: process.resourceUsage().maxRSS });
