import { Engine, type ImageSummary } from '@docker-tracker/engine-client';
import type { Command } from 'commander';
import { byteText } from '../core/byte-text.js';
import { plainText } from '../core/plain-text.js';
import type { Finish } from '../session/add-command.js';
import { commandContext } from '../session/command-context.js';
import { print, printJson } from '../terminal/streams.js';
import { tableLines, type Column } from '../terminal/table.js';

export function addImages(program: Command, finish: Finish): void {
  const command = program
    .command('images')
    .summary('list the job categories: the images that are installed')
    .description('Lists what may be given as IMAGE. Images are pulled only where --pull asks for it.')
    .option('-q, --quiet', 'only the names');
  finish(command, images);
}

/** An image under one of its names. */
interface Category {
  readonly category: string;
  readonly id: string;
  /** Bytes. */
  readonly size: number;
}

const COLUMNS: readonly Column<Category>[] = [
  { head: 'CATEGORY', dropped: 0, cell: ({ category }) => plainText(category) },
  { head: 'IMAGE ID', dropped: 2, cell: ({ id }) => id.replace(/^sha256:/, '').slice(0, 12) },
  { head: 'SIZE', dropped: 1, align: 'right', cell: ({ size }) => byteText(size) },
];

async function images(command: Command): Promise<undefined> {
  const { common, colors, signal } = commandContext(command);
  const { quiet } = command.opts<{ readonly quiet?: true }>();
  await using engine = await Engine.connect({ host: common.host, context: common.context, signal });
  const found = (await engine.images.list({ signal })).flatMap(categoriesOf);
  found.sort((one, other) => (one.category < other.category ? -1 : 1));
  if (common.json) printJson(found);
  else if (quiet) for (const { category } of found) print(plainText(category));
  else {
    const width = process.stdout.isTTY ? process.stdout.columns : undefined;
    for (const line of tableLines(found, COLUMNS, { width, paintHead: colors.bold })) print(line);
  }
  return undefined;
}

/** One for each tag; an image without one is named by its digest, else by its id. */
function categoriesOf({ Id, RepoTags, RepoDigests, Size }: ImageSummary): readonly Category[] {
  const isNamed = (name: string): boolean => !name.startsWith('<none>');
  const tags = RepoTags.filter(isNamed);
  const digests = RepoDigests.filter(isNamed);
  const names = tags.length > 0 ? tags : digests.length > 0 ? digests : [Id];
  return names.map((category) => ({ category, id: Id, size: Size }));
}
