import { Engine } from '@docker-tracker/engine-client';
import { measureCrowd } from './dashboard/crowd.js';
import { launchBrowser } from './dashboard/browser.js';
import { measureLatency } from './dashboard/latency.js';
import { machine } from './machine.js';

// What the dashboard costs and how soon it shows what happens: on a real engine, and with 10,000 jobs on the fake one.

const browser = await launchBrowser();
try {
  for (const line of await measureLatency(browser)) console.log(line);
  for (const line of await measureCrowd(browser)) console.log(line);
} finally {
  await browser.close();
}
await using engine = await Engine.connect();
console.log(await machine(engine));
