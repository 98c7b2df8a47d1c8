import { describe, expect, it } from 'vitest';
import { DashboardServer } from '@docker-tracker/monitor/dashboard';
import { FakeRig } from './fake-rig.js';

describe('the page', () => {
  it('comes under a policy that allows its own script and style by hash, and nothing else', async () => {
    await using rig = await FakeRig.open();
    const { status, headers, text } = await rig.get('/');
    expect(status).toBe(200);
    const policy = String(headers['content-security-policy']);
    expect(policy).toMatch(/^default-src 'none'; script-src ('sha256-[\w+/=]+' ?)+; style-src ('sha256-[\w+/=]+' ?)+;/);
    expect(policy).toContain("connect-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
      'cache-control': 'no-store',
    });
    expect(text).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  });

  it('is the same whatever jobs are called', async () => {
    await using rig = await FakeRig.open();
    const before = (await rig.get('/')).text;
    await rig.job({ jobName: '</script><script>alert(1)</script>' });
    expect((await rig.get('/')).text).toBe(before);
  });
});

describe('a request', () => {
  it.each([
    'evil.example',
    'evil.example:80',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    'a b',
    '127.0.0.1:1:2',
  ])('is refused for the host %j', async (host) => {
    await using rig = await FakeRig.open();
    for (const path of ['/', '/events', '/jobs/x']) {
      expect((await rig.get(path, { host })).status, path).toBeOneOf([400, 421]);
    }
  });

  it.each(['localhost', 'LOCALHOST:1', '127.0.0.1', '[::1]:8080', '10.0.0.7:80'])(
    'is answered for the host %j',
    async (host) => {
      await using rig = await FakeRig.open();
      expect((await rig.get('/', { host })).status).toBe(200);
    },
  );

  it('of another site is refused, and a link from one is not', async () => {
    await using rig = await FakeRig.open();
    const crossSite = { 'sec-fetch-site': 'cross-site' };
    expect((await rig.get('/events', { ...crossSite, 'sec-fetch-mode': 'cors' })).status).toBe(403);
    expect((await rig.get('/', { ...crossSite, 'sec-fetch-mode': 'navigate' })).status).toBe(200);
  });

  it.each([
    '/nothing',
    '/jobs',
    '/jobs/',
    '/jobs/x/y/z',
    '/jobs/x/nothing',
    '//evil.example/',
    '/..%2f..%2fetc/passwd',
    '//[',
    '/jobs/%ff',
  ])('for %s finds nothing', async (path) => {
    await using rig = await FakeRig.open();
    expect((await rig.get(path)).status).toBe(404);
  });

  it.each(['*', '*:99999', '*[', '*%', 'http://127.0.0.1/', 'http://[', 'a://@[:99999'])(
    'for %s, which is no path, is refused',
    async (target) => {
      await using rig = await FakeRig.open();
      const { status, text } = await rig.get(target);
      expect(status).toBe(400);
      expect(JSON.parse(text)).toMatchObject({ code: 'BadTarget', message: expect.stringContaining(target) });
    },
  );

  it('by a method that is not served is refused', async () => {
    await using rig = await FakeRig.open({ control: true });
    const id = await rig.job();
    for (const [method, path] of [
      ['GET', `/jobs/${id}/terminate`],
      ['PUT', `/jobs/${id}`],
      ['DELETE', `/jobs/${id}`],
    ] as const)
      expect((await rig.ask(method, path, {})).status, `${method} ${path}`).toBe(405);
    expect(rig.tracker.snapshot().get(id)?.state).toBe('Running');
  });
});

describe('a control', () => {
  it('suspends, resumes, terminates and deletes a job', async () => {
    await using rig = await FakeRig.open({ control: true });
    const id = await rig.job();
    for (const [action, state] of [
      ['suspend', 'Suspended'],
      ['resume', 'Running'],
      ['terminate', 'Failed'],
      ['delete', undefined],
    ] as const) {
      expect((await rig.control(id, action)).status, action).toBe(204);
      expect(rig.tracker.snapshot().get(id)?.state, action).toBe(state);
    }
    expect((await rig.control(id, 'delete')).status).toBe(404);
  });

  it('is refused on a read-only dashboard, with any token', async () => {
    await using rig = await FakeRig.open();
    const id = await rig.job();
    for (const authorization of ['', 'Bearer ', 'Bearer undefined']) {
      const { status, text } = await rig.control(id, 'terminate', { authorization });
      expect(status).toBe(403);
      expect(JSON.parse(text)).toMatchObject({ code: 'ReadOnly' });
    }
    expect(rig.server.url).not.toContain('token');
    expect(rig.tracker.snapshot().get(id)?.state).toBe('Running');
  });

  it.each(['', 'Bearer', 'Bearer x', 'Basic TOKEN', 'TOKEN', 'Bearer TOKEN2', 'bearer TOKEN'])(
    'is refused for the authorization %j',
    async (pattern) => {
      await using rig = await FakeRig.open({ control: true });
      const id = await rig.job();
      const authorization = pattern.replace('TOKEN', rig.token ?? '');
      expect((await rig.control(id, 'terminate', { authorization })).status).toBe(401);
      expect(rig.tracker.snapshot().get(id)?.state).toBe('Running');
    },
  );

  it.each(['null', 'https://evil.example', 'http://127.0.0.1', 'http://localhost:1', ''])(
    'is refused for the origin %j',
    async (origin) => {
      await using rig = await FakeRig.open({ control: true });
      const id = await rig.job();
      expect((await rig.control(id, 'terminate', { origin })).status).toBe(403);
      expect(rig.tracker.snapshot().get(id)?.state).toBe('Running');
    },
  );

  it('with a body that it has no use for is refused', async () => {
    await using rig = await FakeRig.open({ control: true });
    const id = await rig.job();
    const headers = { origin: rig.url.slice(0, -1), authorization: `Bearer ${rig.token ?? ''}` };
    const answer = await rig.ask('POST', `/jobs/${id}/terminate`, headers, 'x'.repeat(2_000));
    expect(answer.status).toBe(413);
    expect(rig.tracker.snapshot().get(id)?.state).toBe('Running');
  });

  it('that is not legal now says so in DRMAA2 terms', async () => {
    await using rig = await FakeRig.open({ control: true });
    const id = await rig.job();
    const resumed = await rig.control(id, 'resume');
    expect(resumed.status).toBe(409);
    expect(JSON.parse(resumed.text)).toMatchObject({ code: 'InvalidState' });
    const held = await rig.control(id, 'hold');
    expect(held.status).toBe(409);
    expect(JSON.parse(held.text)).toMatchObject({ code: 'UnsupportedOperation' });
  });

  it('has another token at each start', async () => {
    await using one = await FakeRig.open({ control: true });
    await using other = await FakeRig.open({ control: true });
    expect(one.token).toMatch(/^[\w-]{32}$/);
    expect(one.token).not.toBe(other.token);
  });
});

describe('DashboardServer.listen', () => {
  it.each([{ port: -1 }, { port: 70_000 }, { port: 1.5 }, { port: '80' as never }, { host: '' }])(
    'refuses %j',
    async (options) => {
      await using rig = await FakeRig.open();
      const refused = DashboardServer.listen({ monitor: rig.monitor, ...options });
      await expect(refused).rejects.toMatchObject({ code: 'InvalidArgument' });
    },
  );

  it('says which port is taken', async () => {
    await using rig = await FakeRig.open();
    const { port } = new URL(rig.url);
    const refused = DashboardServer.listen({ monitor: rig.monitor, port: Number(port) });
    await expect(refused).rejects.toMatchObject({ code: 'OutOfResource', message: expect.stringContaining(port) });
  });
});
