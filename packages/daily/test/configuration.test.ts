import { expect, it } from 'vitest';
import { readConfiguration } from '../src/configuration.ts';

it('gives every setting its default', () => {
  const { WP_DATA, WP_ROLE, WP_SEARCH, WP_TRUSTED_PROXIES, SMTP_URL } = readConfiguration({
    WP_DATA: '/data',
    SMTP_URL: '',
    HOME: '/root',
  });
  expect({ WP_DATA, WP_ROLE, WP_SEARCH, WP_TRUSTED_PROXIES, SMTP_URL }).toEqual({
    WP_DATA: '/data',
    WP_ROLE: 'all',
    WP_SEARCH: 'minisearch',
    WP_TRUSTED_PROXIES: 0,
    SMTP_URL: undefined,
  });
});

it('cuts a path off the origin', () => {
  expect(readConfiguration({ WP_DATA: 'd', ORIGIN: 'https://papers.example/x/' }).ORIGIN).toBe(
    'https://papers.example',
  );
});

it('names all that is wrong, without secrets', () => {
  expect(() =>
    readConfiguration({
      WP_ROLE: 'both',
      DATABASE_URL: 'mysql://root:hunter2@db',
      WP_SECRET: 'hunter2',
      WP_TRUSTED_PROXIES: '-1',
      WP_CONTACT: 'nobody',
    }),
  ).toThrowErrorMatchingInlineSnapshot(
    `[ConfigError: configuration: WP_DATA: it is not set; set it to the folder for the data; DATABASE_URL: expected an address of the form postgres://user:password@host:port/database; WP_ROLE = "both": expected all, web or worker; WP_SECRET: expected 32 characters or more; WP_CONTACT = "nobody": expected an e-mail address; WP_TRUSTED_PROXIES = "-1": expected a number of proxies, 0 or more]`,
  );
});

it('names what is wrong only in company', () => {
  expect(() =>
    readConfiguration({
      WP_DATA: 'd',
      WP_ROLE: 'worker',
      SMTP_URL: 'smtp://localhost:25',
      WP_OIDC_CLIENT_ID: 'x',
      WP_ARXIV_CATEGORIES: 'cs.LG cs.CL',
    }),
  ).toThrowErrorMatchingInlineSnapshot(
    `[ConfigError: configuration: WP_ROLE = worker: needs DATABASE_URL, because a folder belongs to one process; WP_MAIL_FROM: it is not set; SMTP_URL needs a sender; WP_OIDC_ISSUER, WP_OIDC_CLIENT_SECRET: not set; WP_OIDC_ISSUER, WP_OIDC_CLIENT_ID, WP_OIDC_CLIENT_SECRET belong together; WP_CONTACT: it is not set; arXiv asks for a contact of those who fetch from it]`,
  );
});
