import { runCli } from '../src/cli.ts';
import { openTerminal } from '../src/terminal.ts';
import { toyPapers } from './toyPapers.ts';

/** `wp` over the toy papers, whose results go to the folder named first. */
const [folders = '', ...parameters] = process.argv.slice(2);
const context = { terminal: openTerminal(process), papers: toyPapers(folders) };
process.exitCode = await runCli(parameters, context);
