import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { configurationText } from '../../src/operation/configurationText.ts';

it('docs/configuration.md is what the settings say of themselves; --update writes it', async () => {
  const path = fileURLToPath(new URL('../../../../docs/configuration.md', import.meta.url));
  const text = await format(configurationText(), {
    ...(await resolveConfig(path)),
    filepath: path,
  });
  expect(text).toContain('WP_TRUSTED_PROXIES');
  await expect(text).toMatchFileSnapshot(path);
});
