// Short names for the records the pages use.
import type { Schemas } from './client';

export type Session = Schemas['Session'];
export type Corp = Schemas['Corp'];
export type Staff = Schemas['Staff'];
export type Customer = Schemas['Customer'];
export type Person = Schemas['Person'];
export type CustomerDetail = Schemas['CustomerDetail'];
export type TimelineRow = Schemas['TimelineRow'];
export type TagGroup = Schemas['TagGroup'];
export type Tag = Schemas['Tag'];
export type Ref = Schemas['Ref'];
export type LiveCode = Schemas['LiveCode'];
export type LiveCodeEdit = Schemas['LiveCodeEdit'];
export type Content = Schemas['Content'];
export type Order = Schemas['Order'];
export type Import = Schemas['Import'];
export type Preview = Schemas['Preview'];
export type Job = Schemas['Job'];
export type Tree = Schemas['Tree'];
export type Attribute = Schemas['Attribute'];
export type Audience = Schemas['Audience'];
export type AudienceCount = Schemas['AudienceCount'];
export type AudienceWhy = Schemas['AudienceWhy'];
export type Broadcast = Schemas['Broadcast'];
export type BroadcastDetail = Schemas['BroadcastDetail'];
export type BroadcastPreview = Schemas['BroadcastPreview'];
export type Advisor = Schemas['Advisor'];
export type Home = Schemas['Home'];
export type Day = Schemas['Day'];
export type User = Schemas['User'];
export type WriteKey = Schemas['WriteKey'];
export type ReadinessRow = Schemas['ReadinessRow'];
export type AuditRow = Schemas['AuditRow'];

export interface Page<T> {
  data: T[];
  next_cursor: string | null;
  has_more: boolean;
  total: number | null;
}
