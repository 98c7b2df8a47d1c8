import { EngineProxy } from '../engine-proxy/index.js';
import { engineHost, Rig } from './rig.js';

/** A rig whose tracker reaches the engine through a proxy, and whose onlooker does not. */
export class ProxiedRig implements AsyncDisposable {
  static async open(): Promise<ProxiedRig> {
    const proxy = await EngineProxy.start({ upstream: engineHost() });
    return new ProxiedRig(proxy, await Rig.open({ host: proxy.host, onlooker: engineHost() }));
  }

  readonly proxy: EngineProxy;
  readonly rig: Rig;

  private constructor(proxy: EngineProxy, rig: Rig) {
    this.proxy = proxy;
    this.rig = rig;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.rig[Symbol.asyncDispose]();
    await this.proxy.close();
  }
}
