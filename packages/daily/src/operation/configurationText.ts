import { z } from 'zod';
import { settings } from '../configuration.ts';

/** What JSON Schema says of a setting. */
const described = z.object({
  description: z.string(),
  default: z.union([z.string(), z.number()]).optional(),
  enum: z.array(z.string()).optional(),
});

const introduction = `# Configuration

What a site does is set by environment variables, or by a file of them: \`node --env-file=site.env\`,
systemd's \`EnvironmentFile=\`, \`env_file:\` of Docker. They are checked at the start, and whatever is wrong is
named, all at once, before anything is opened. A variable that is empty counts as not set.

This page is made from [configuration.ts](../packages/daily/src/configuration.ts).
[Self-hosting](self-hosting.md) says which of them a site needs.
`;

const ofTheServer = `
## Where the server listens

| variable | default | what it is |
| --- | --- | --- |
| \`HOST\` | \`127.0.0.1\` | Address to listen on; \`0.0.0.0\` for all of this machine. |
| \`PORT\` | \`3000\` | Port; 0 takes a free one. |
`;

/** The text of docs/configuration.md, before the formatter. */
export function configurationText(): string {
  const rows = Object.entries(settings.shape).map(([name, setting]) => {
    const schema = z.toJSONSchema(setting, { io: 'input', unrepresentable: 'any' });
    const { description, default: preset, enum: values } = described.parse(schema);
    const choice = values === undefined ? '' : ` One of ${values.map(code).join(', ')}.`;
    const standard = preset === undefined ? '' : code(String(preset));
    return `| ${code(name)} | ${standard} | ${escaped(description)}${choice} |`;
  });
  const table = ['| variable | default | what it is |', '| --- | --- | --- |', ...rows].join('\n');
  return `${introduction}\n## The site\n\n${table}\n${ofTheServer}`;
}

function code(text: string): string {
  return `\`${text}\``;
}

function escaped(text: string): string {
  return text.replaceAll(/[|<]/g, '\\$&');
}
