/** Papers in the form of Hugging Face's daily papers, so that programs written for them read ours. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import {
  featuredAt,
  type PaperRecord,
  type PublicUser,
  type RecordedAuthor,
} from './paperRecord.ts';

const hubUser = z.object({
  _id: z.string(),
  avatarUrl: z.url(),
  isPro: z.boolean(),
  fullname: z.string(),
  /** The same twice: clients differ in which they read. */
  name: z.string(),
  user: z.string(),
  type: z.literal('user'),
});

const hubOrganization = z.object({
  _id: z.string(),
  name: z.string(),
  fullname: z.string(),
  avatar: z.url(),
});

const hubAuthor = z.object({
  _id: z.string(),
  name: z.string(),
  hidden: z.boolean(),
  status: z.enum(['claimed_verified', 'claimed']).optional(),
  statusLastChangedAt: z.iso.datetime().optional(),
  user: hubUser.optional(),
});

/** Stands in both objects of an item, because clients look for it in either. */
const inBoth = {
  githubRepo: z.url().optional(),
  githubStars: z.number().int().optional(),
  projectPage: z.url().optional(),
  mediaUrls: z.array(z.url()).optional(),
  organization: hubOrganization.optional(),
};

/** The paper itself; `publishedAt` is arXiv's time. */
export const hubPaper = z.object({
  id: z.string(),
  authors: z.array(hubAuthor),
  publishedAt: z.iso.datetime().optional(),
  submittedOnDailyAt: z.iso.datetime(),
  submittedOnDailyBy: hubUser.optional(),
  title: z.string(),
  summary: z.string(),
  /** Ours: whose words the summary is. */
  summarySource: z.enum(['authors', 'site']).optional(),
  upvotes: z.number().int(),
  discussionId: z.string(),
  withdrawnAt: z.iso.datetime().optional(),
  ...inBoth,
});

/** An item of a list; `publishedAt` is the time at which the paper was submitted to its day. */
export const hubItem = z.object({
  paper: hubPaper,
  publishedAt: z.iso.datetime(),
  title: z.string(),
  summary: z.string(),
  thumbnail: z.url().optional(),
  numComments: z.number().int(),
  submittedBy: hubUser.optional(),
  isAuthorParticipating: z.boolean(),
  ...inBoth,
});

/** What `GET /api/papers/{id}` answers. */
export const hubPaperPage = hubPaper.extend({
  linkedModels: z.array(z.unknown()),
  numTotalModels: z.number().int(),
  linkedDatasets: z.array(z.unknown()),
  numTotalDatasets: z.number().int(),
  linkedSpaces: z.array(z.unknown()),
  numTotalSpaces: z.number().int(),
});

export type HubPaper = z.infer<typeof hubPaper>;
export type HubItem = z.infer<typeof hubItem>;

/**
 * A paper as an item of a list.
 *
 * @param origin - Of this site, for the addresses of pictures.
 */
export function asHubItem(record: PaperRecord, origin: string): HubItem {
  const paper = asHubPaper(record, origin);
  const { title, summary, githubRepo, githubStars, projectPage, mediaUrls, organization } = paper;
  return {
    paper,
    publishedAt: paper.submittedOnDailyAt,
    title,
    summary,
    ...(record.thumbnail !== null && {
      thumbnail: new URL(record.thumbnail, origin).href,
    }),
    numComments: record.commentCount,
    ...(paper.submittedOnDailyBy && { submittedBy: paper.submittedOnDailyBy }),
    isAuthorParticipating: record.isAuthorParticipating,
    ...(githubRepo !== undefined && { githubRepo }),
    ...(githubStars !== undefined && { githubStars }),
    ...(projectPage !== undefined && { projectPage }),
    ...(mediaUrls !== undefined && { mediaUrls }),
    ...(organization !== undefined && { organization }),
  };
}

/** A paper alone, with what is linked to it there: models, data sets and demos are never known here. */
export function asHubPaperPage(record: PaperRecord, origin: string): z.infer<typeof hubPaperPage> {
  return {
    ...asHubPaper(record, origin),
    linkedModels: [],
    numTotalModels: 0,
    linkedDatasets: [],
    numTotalDatasets: 0,
    linkedSpaces: [],
    numTotalSpaces: 0,
  };
}

function asHubPaper(record: PaperRecord, origin: string): HubPaper {
  const { publishedAt, submittedBy, withdrawnAt, abstract, summary, githubStars } = record;
  const [organization] = record.organizations;
  const source = abstract !== null ? 'authors' : summary !== null ? 'site' : undefined;
  return {
    id: record.id,
    authors: record.authors.map((author) => asHubAuthor(author, record.id, origin)),
    ...(publishedAt !== null && { publishedAt: publishedAt.toISOString() }),
    submittedOnDailyAt: featuredAt(record).toISOString(),
    ...(submittedBy !== null && { submittedOnDailyBy: asHubUser(submittedBy, origin) }),
    title: record.title,
    summary: abstract ?? summary ?? '',
    ...(source !== undefined && { summarySource: source }),
    upvotes: record.upvotes,
    discussionId: objectId(`discussion ${record.id}`),
    ...(withdrawnAt !== null && { withdrawnAt: withdrawnAt.toISOString() }),
    ...(record.code !== null && { githubRepo: record.code }),
    ...(githubStars !== null && { githubStars }),
    ...(record.project !== null && { projectPage: record.project }),
    ...(record.mediaUrls.length > 0 && { mediaUrls: [...record.mediaUrls] }),
    ...(organization !== undefined && {
      organization: {
        _id: objectId(`organization ${organization.id}`),
        name: organization.id,
        fullname: organization.name,
        avatar: avatarAddress(organization.id, origin),
      },
    }),
  };
}

function asHubAuthor(author: RecordedAuthor, paperId: string, origin: string) {
  const { name, position, status, statusChangedAt, user } = author;
  const isClaimed = status === 'claimed' || status === 'verified';
  return {
    _id: objectId(`author ${paperId} ${position}`),
    name,
    hidden: status === 'hidden',
    ...(isClaimed && {
      status: status === 'verified' ? ('claimed_verified' as const) : status,
      ...(statusChangedAt !== null && { statusLastChangedAt: statusChangedAt.toISOString() }),
      ...(user !== null && { user: asHubUser(user, origin) }),
    }),
  };
}

function asHubUser({ id, handle, name }: PublicUser, origin: string): z.infer<typeof hubUser> {
  return {
    _id: objectId(`user ${id}`),
    avatarUrl: avatarAddress(handle, origin),
    isPro: false,
    fullname: name,
    name: handle,
    user: handle,
    type: 'user',
  };
}

function avatarAddress(name: string, origin: string): string {
  return `${origin}/api/avatars/${encodeURIComponent(name)}.svg`;
}

/** 24 hexadecimal digits, as ids look there; always the same for the same thing. */
function objectId(of: string): string {
  return createHash('sha256').update(of).digest('hex').slice(0, 24);
}
