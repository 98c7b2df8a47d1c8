import { Engine } from '@docker-tracker/engine-client';
import { launchChromium } from '@docker-tracker/test/chromium';
import { measureCrowd } from './dashboard/crowd.js';
import { measureLatency } from './dashboard/latency.js';
import { machine } from './machine.js';

// What the dashboard costs and how soon it shows what happens: on a real engine, and with 10,000 jobs on the fake one.

const browser = await launchChromium();
try {
  for (const line of await measureLatency(browser)) console.log(line);
  for (const line of await measureCrowd(browser)) console.log(line);
} finally {
  await browser.close();
}
await using engine = await Engine.connect();
console.log(await machine(engine));
