// Short names for the records the pages use, taken from the answers of the paths that give them: how the server
// calls its records is its own business.
import type { paths } from './schema';

type Answer<O> = O extends { responses: infer R }
  ? { [S in keyof R]: S extends 200 | 201 | 202 ? (R[S] extends { content: { 'application/json': infer T } } ? T : never) : never }[keyof R]
  : never;
type Get<P extends keyof paths> = paths[P] extends { get: infer O } ? Answer<O> : never;
type Row<P extends keyof paths> = Get<P> extends { data: (infer T)[] } ? T : never;
type Reply<P extends keyof paths, M extends 'post' | 'put'> = M extends keyof paths[P] ? Answer<paths[P][M]> : never;

export type Session = Get<'/api/v1/session'>;
export type Corp = Get<'/api/v1/corp'>;
export type Approval = Get<'/api/v1/approvals'>['items'][number];
export type Staff = Row<'/api/v1/staff'>;
export type Customer = Row<'/api/v1/customers'>;
export type CustomerDetail = Get<'/api/v1/customers/{id}'>;
export type TimelineRow = Row<'/api/v1/customers/{id}/timeline'>;
export type TagGroup = Row<'/api/v1/tag-groups'>;
export type Tag = TagGroup['tags'][number];
export type PersonTags = Get<'/api/v1/customers/{id}/tags'>;
export type Mark = PersonTags['tags'][number];
export type TagRule = Row<'/api/v1/tag-rules'>;
export type TagRuleView = Get<'/api/v1/tag-rules/{id}'>;
export type TagRuleDef = NonNullable<paths['/api/v1/tag-rules']['post']['requestBody']>['content']['application/json'];
export type TagRuleEvent = Row<'/api/v1/tag-rule-events'>;
export type TagRuleRun = Get<'/api/v1/tag-rules/{id}/runs/{run}'>;
export type TagRulePerson = Row<'/api/v1/tag-rules/{id}/hits'>;
export type Ref = Customer['tags'][number];
export type Inherit = Get<'/api/v1/inherits/{id}'>;
export type Member = Get<'/api/v1/members/lookup'>;
export type Outlet = Row<'/api/v1/outlets'>;
export type Lucky = Row<'/api/v1/lucky'>;
export type AreaCode = Row<'/api/v1/area-codes'>;
export type CardTemplate = Row<'/api/v1/card-templates'>;
export type StaffTask = Row<'/api/v1/staff-tasks'>;
export type StaffTaskRate = Row<'/api/v1/staff-tasks/rates'>;
export type StaffNotice = Row<'/api/v1/staff-notices'>;
export type GroupCast = Row<'/api/v1/groupcasts'>;
export type GroupCastPreview = Reply<'/api/v1/groupcasts/preview', 'post'>;
export type Letter = Row<'/api/v1/letters'>;
export type Repeat = Row<'/api/v1/broadcast-repeats'>;
export type RepeatRun = Row<'/api/v1/broadcast-repeats/{id}/runs'>;
export type Arrival = Row<'/api/v1/arrival-products'>;
export type CustomerSop = Get<'/api/v1/sops/{id}'>;
export type GroupSop = Row<'/api/v1/groupcast-sops'>;
export type LiveCode = Row<'/api/v1/livecodes'>;
export type Group = Row<'/api/v1/groups'>;
export type GroupMember = Get<'/api/v1/groups/{id}/members'>['members'][number];
export type GroupCode = Row<'/api/v1/groupcodes'>;
export type GroupInvite = Row<'/api/v1/group-invites'>;
export type GroupHello = Get<'/api/v1/group-hellos'>['hellos'][number];
export type PeopleList = Row<'/api/v1/lists'>;
export type Hook = Row<'/api/v1/hooks'>;
export type HookSent = Row<'/api/v1/hooks/{id}/sent'>;
export type OaTemplate = Row<'/api/v1/oa-accounts/{id}/templates'>;
export type Order = Row<'/api/v1/orders'>;
export type OrderFull = Get<'/api/v1/customers/{id}/orders/{order}'>;
export type LostOrder = Row<'/api/v1/unmatched-orders'>;
export type Shop = Row<'/api/v1/shops'>;
export type Preset = Row<'/api/v1/import-presets'>;
/** The columns come once, with the upload. */
export type ImportMade = Reply<'/api/v1/imports', 'post'>;
export type Import = Get<'/api/v1/imports/{id}'> & Partial<Pick<ImportMade, 'columns' | 'fields' | 'mapping' | 'preset_label' | 'form' | 'encoding' | 'found' | 'header_row'>>;
export type Preview = Reply<'/api/v1/imports/{id}/mapping', 'put'>;
export type Job = Row<'/api/v1/jobs'>;
export type ExportFile = Row<'/api/v1/exports'>;
export type Attribute = Row<'/api/v1/audience/attributes'>;
export type OwnAttribute = Row<'/api/v1/attributes'>;
export type PersonAttribute = Row<'/api/v1/customers/{id}/attributes'>;
export type Audience = Row<'/api/v1/audiences'>;
export type AudienceCount = Reply<'/api/v1/audience/count', 'post'>;
export type AudienceWhy = Reply<'/api/v1/audience/why', 'post'>;
export type AudienceCrosstab = Reply<'/api/v1/audience/crosstab', 'post'>;
export type AudienceBreakdown = Reply<'/api/v1/audience/breakdown', 'post'>;
export type AudienceOverlap = Reply<'/api/v1/audience/overlap', 'post'>;
export type AudienceUse = Row<'/api/v1/audience-uses'>;
export type Broadcast = Row<'/api/v1/broadcasts'>;
export type BroadcastPreview = Reply<'/api/v1/broadcasts/preview', 'post'>;
export type CampaignRow = Row<'/api/v1/campaigns'>;
export type Campaign = Get<'/api/v1/campaigns/{id}'>;
export type CampaignTouch = Campaign['touches'][number];
export type CampaignMark = Row<'/api/v1/campaigns/{id}/people'>['marks'][number];
export type CampaignNew = NonNullable<paths['/api/v1/campaigns']['post']['requestBody']>['content']['application/json'];
export type Moment = Row<'/api/v1/moments'>;
export type MomentDetail = Get<'/api/v1/moments/{id}'>;
export type MomentCounts = Moment['counts'];
export type MomentContent = MomentDetail['parts'][number]['content'];
export type MomentSender = Row<'/api/v1/moments/{id}/senders'>;
export type MomentPreview = Reply<'/api/v1/moments/preview', 'post'>;
export type MomentMedia = Reply<'/api/v1/moment-media', 'post'>;
export type MomentDraft = NonNullable<paths['/api/v1/moments']['post']['requestBody']>['content']['application/json']['versions'][number];
export type Advisor = Row<'/api/v1/broadcasts/{id}/advisors'>;
export type Home = Get<'/api/v1/home'>;
export type Day = Home['days'][number];
export type Value = Get<'/api/v1/value'>;
export type HeldOut = NonNullable<Value['held_out']>;
export type Warning = Row<'/api/v1/value/warnings'>;
export type Product = Row<'/api/v1/recommend/products'>;
export type Partner = Get<'/api/v1/recommend/products/{id}'>['partners'][number];
export type Lookalike = Row<'/api/v1/lookalikes'>;
export type LookalikeExport = Row<'/api/v1/lookalike-exports'>;
export type User = Row<'/api/v1/users'>;
export type WriteKey = Row<'/api/v1/write-keys'>;

/** What a message carries. */
export interface Link {
  title: string;
  url: string;
  desc?: string | null;
  picurl?: string | null;
}
export interface Content {
  text: string;
  link: Link | null;
  /** An image, file or mini program of the library as itself: "material:123". */
  enclosed?: string | null;
}

/** The audience language as a tree; the same for what is sent and what comes back. */
export interface Tree {
  op: string;
  of?: Tree[];
  how?: 'any' | 'all' | 'none';
  tags?: string[];
  name?: string;
  cmp?: string;
  value?: unknown;
  event?: string;
  within?: number;
  count?: number;
  channel?: string;
}

export interface Page<T> {
  data: T[];
  next_cursor: string | null;
  has_more: boolean;
  total: number | null;
}

export type Life = Get<'/api/v1/lifecycle'>;
export type LifeRule = NonNullable<Life['rule']>;
export type LifePreview = Get<'/api/v1/lifecycle/preview/{job}'>;
export type RfmMap = Get<'/api/v1/rfm'>;
export type RfmCell = Row<'/api/v1/rfm/cells'>;
export type RfmCut = Row<'/api/v1/rfm/cuts'>;
export type Potential = Get<'/api/v1/potentials'>['types'][number];
export type Board = Get<'/api/v1/followup'>;
export type BoardColumn = Board['columns'][number];
export type BoardCard = Row<'/api/v1/followup/columns/{id}/cards'>;
export type PhoneList = Row<'/api/v1/phone-lists'>;
export type MyPhones = Get<'/api/v1/my/phones'>;
export type Lead = Row<'/api/v1/leads'>;
export type SmsDrain = Row<'/api/v1/sms-drains'>;
export type OaAccount = Row<'/api/v1/oa-accounts'>;
export type OaCode = Row<'/api/v1/oa-codes'>;
export type KeywordRule = Row<'/api/v1/keywords'>;
export type CalendarSpan = Get<'/api/v1/calendar'>;
export type CalendarEntry = Row<'/api/v1/calendar/entries'>;
export type LiveRoom = Row<'/api/v1/livings'>;
export type MiniLink = Row<'/api/v1/mini-links'>;
export type JourneyRow = Row<'/api/v1/journeys'>;
export type Journey = Get<'/api/v1/journeys/{id}'>;
export type JourneyDef = NonNullable<paths['/api/v1/journeys']['post']['requestBody']>['content']['application/json'];
export type JourneyProblem = Reply<'/api/v1/journeys/{id}/check', 'post'>['problems'][number];
export type JourneyMove = Reply<'/api/v1/journeys/{id}/move', 'post'>;
export type VerbField = Row<'/api/v1/verbs'>['fields'][number];
export type ReachRules = Get<'/api/v1/reach/rules'>;
export type ReachPlayed = Reply<'/api/v1/reach/rules/preview', 'post'>;
export type Touch = Row<'/api/v1/customers/{id}/touches'>;
export type Lift = NonNullable<Get<'/api/v1/broadcasts/{id}'>['lift']>;
export type Material = Row<'/api/v1/materials'>;
export type MaterialEdit = NonNullable<paths['/api/v1/materials']['post']['requestBody']>['content']['application/json'];
export type MaterialVersion = Row<'/api/v1/materials/{id}/versions'>;
export type Survey = Row<'/api/v1/surveys'>;
export type SurveyForm = NonNullable<paths['/api/v1/surveys']['post']['requestBody']>['content']['application/json'];
export type MaterialCategory = Row<'/api/v1/material-categories'>;
export type Experiment = Row<'/api/v1/experiments'>;
export type ExperimentPlan = NonNullable<paths['/api/v1/experiments']['post']['requestBody']>['content']['application/json'];
export type ExperimentResult = Get<'/api/v1/experiments/{id}/result'>;
export type ExperimentArm = ExperimentResult['arms'][number];
