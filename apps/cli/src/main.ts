#!/usr/bin/env node
import { runCli } from './cli.ts';
import { openTerminal } from './terminal.ts';

const terminal = openTerminal(process);
process.exitCode = await runCli(process.argv.slice(2), { terminal, papers: undefined });
