import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { createProgram } from '../src/program.ts';
import { collectingChannel } from './collectingChannel.ts';
import { commandsOf, reference } from './reference.ts';

function program(width = 100) {
  const channel = collectingChannel({ width });
  const terminal = { stdout: channel, stderr: channel };
  const onExitCode = () => undefined;
  return createProgram({ context: { terminal, papers: undefined }, onExitCode });
}

it('docs/cli.md is what the program says of itself; --update writes it', async () => {
  const path = fileURLToPath(new URL('../../../docs/cli.md', import.meta.url));
  await expect(reference(program())).toMatchFileSnapshot(path);
});

it('the help of every command has an example of it', () => {
  for (const { path, command } of commandsOf(program())) {
    let text = '';
    command.configureOutput({ writeOut: (part) => void (text += part) }).outputHelp();
    expect(text, path).toMatch(new RegExp(`Examples?:\\n[^]*\\b${path}`));
  }
});

it('every command that prints data prints it as JSON too', () => {
  const others = ['wp', 'wp data', 'wp serve', 'wp completion'];
  const without = commandsOf(program()).filter(
    ({ command }) => !command.options.some(({ long }) => long === '--json'),
  );
  expect(without.map(({ path }) => path).toSorted()).toEqual(others.toSorted());
});

it('help is no wider than the terminal', () => {
  for (const { path, command } of commandsOf(program(80))) {
    const lines = command.helpInformation().split('\n');
    expect(Math.max(...lines.map((line) => line.length)), path).toBeLessThanOrEqual(80);
  }
});
