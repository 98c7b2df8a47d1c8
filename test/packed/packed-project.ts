import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const workspace = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);
/** As setup/pnpm.mjs has it: packing writes the versions where the manifests say `workspace:`. */
const PNPM = 'pnpm@10.34.9';

export const LIBRARIES = ['drmaa2', 'engine-client', 'tracker', 'monitor'] as const;

/** The command, and what it stands on. */
export const COMMAND_PACKAGES = [...LIBRARIES, 'cli'] as const;

/** An empty project somewhere else, into which npm has installed packed packages of the workspace. */
export class PackedProject implements AsyncDisposable {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** @param packages - folders of packages that need no others of the workspace. */
  static async create(packages: readonly string[] = LIBRARIES): Promise<PackedProject> {
    const project = new PackedProject(await mkdtemp(join(tmpdir(), 'docker-tracker-packed-')));
    try {
      const tarballs = join(project.folder, 'tarballs');
      await mkdir(tarballs);
      const filters = packages.flatMap((name) => ['--filter', `./packages/${name}`]);
      await run('npx', ['--yes', PNPM, ...filters, 'pack', '--pack-destination', tarballs], { cwd: workspace });
      const files = (await readdir(tarballs)).map((name) => join(tarballs, name));
      await project.write('package.json', JSON.stringify({ name: 'empty-project', private: true, type: 'module' }));
      const quietly = ['--no-audit', '--no-fund', '--prefer-offline'];
      await run('npm', ['install', ...quietly, ...files], { cwd: project.folder });
      return project;
    } catch (error) {
      await project[Symbol.asyncDispose]();
      throw error;
    }
  }

  async write(name: string, content: string): Promise<void> {
    await writeFile(join(this.folder, name), content);
  }

  /** Runs a program of the workspace from within the project, as if it had been written there. */
  async runCopyOf(program: string, programArguments: readonly string[]): Promise<{ stdout: string; stderr: string }> {
    const copy = join(this.folder, basename(program));
    await copyFile(join(workspace, program), copy);
    return run(process.execPath, [copy, ...programArguments], { cwd: this.folder });
  }

  /** Runs a program that lies in the project. */
  async run(program: string): Promise<{ stdout: string; stderr: string }> {
    return run(process.execPath, [join(this.folder, program)], { cwd: this.folder, timeout: 60_000 });
  }

  /** Runs a command that a package brought. */
  async runInstalled(name: string, words: readonly string[]): Promise<{ stdout: string; stderr: string }> {
    // Whatever a continuous integration asks for, a pipe gets no colours.
    const env = { ...process.env, FORCE_COLOR: '1' };
    return run(join(this.folder, 'node_modules', '.bin', name), [...words], { cwd: this.folder, env, timeout: 60_000 });
  }

  /** Type-checks with the workspace's compiler and Node types; resolves with what it complains about. */
  async complaints(compilerOptions: Readonly<Record<string, unknown>>, files: readonly string[]): Promise<string> {
    const common = { noEmit: true, strict: true, target: 'es2022', lib: ['es2023', 'esnext.disposable'] };
    const nodeTypes = { types: ['node'], typeRoots: [join(workspace, 'node_modules', '@types')] };
    await this.write(
      'tsconfig.json',
      JSON.stringify({ compilerOptions: { ...common, ...nodeTypes, ...compilerOptions }, files }),
    );
    const compiler = join(workspace, 'node_modules', 'typescript', 'bin', 'tsc');
    try {
      return (await run(process.execPath, [compiler, '--project', this.folder], { cwd: this.folder })).stdout;
    } catch (error) {
      return (error as { readonly stdout: string }).stdout;
    }
  }

  /** Names of all that is installed, scopes included. */
  async installed(): Promise<readonly string[]> {
    const names = (await readdir(join(this.folder, 'node_modules'))).filter((name) => !name.startsWith('.'));
    const scoped = names.map(async (name) => {
      if (!name.startsWith('@')) return [name];
      return (await readdir(join(this.folder, 'node_modules', name))).map((below) => `${name}/${below}`);
    });
    return (await Promise.all(scoped)).flat().sort();
  }

  /** Paths of all files of an installed library. */
  async filesOf(library: string): Promise<readonly string[]> {
    const entries = await readdir(this.folderOf(library), { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  }

  async manifestOf(library: string): Promise<Readonly<Record<string, unknown>>> {
    const text = await readFile(join(this.folderOf(library), 'package.json'), 'utf8');
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  }

  folderOf(library: string): string {
    return join(this.folder, 'node_modules', '@docker-tracker', library);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
