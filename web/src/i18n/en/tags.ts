// The tags page, and what a person's tags tell about themselves.
export default {
  tag: {
    newGroup: 'New group', editGroup: 'Edit group', groupName: 'Name of the group', tagNames: 'Tags (one per line)', newTag: 'New tag', editTag: 'Edit tag', tagName: 'Name of the tag', sync: 'Sync to WeCom', synced: 'synced to WeCom', local: 'only here',
    customers: '{n} customers', none: 'No tags yet', noneText: 'Tags choose people and what they are sent, such as “mum” or “keen”. Make a group, import a table, or let WeCom\'s own tags arrive here.',
    noneHere: 'No groups in this dimension', noneHereText: 'Make a group, or move one here by editing it.', noneFound: 'Nothing found for “{q}”', noneFoundText: 'Try another word, or show archived tags.',
    deleteGroup: 'Delete group', deleteGroupText: 'The {tags} tags of “{name}” leave {n} customers. Tags still in use cannot be deleted.', deleteTag: 'Delete tag',
    deleteTagText: '“{name}” leaves {n} customers and cannot be brought back.', groupMade: 'Group created', tagMade: 'Tag created', deleted: 'Deleted', moved: 'Order saved',
    dimension: 'Dimension', d_basic: 'Basic', d_behaviour: 'Behaviour', d_preference: 'Preference', d_channel: 'Channel', d_interest: 'Interest',
    owner: 'Owner', noOwner: 'nobody', description: 'Description', descriptionHint: 'Which customers carry it, so that everybody uses it alike', tags: '{n} tags',
    ttl: 'Days it lives', ttlHint: 'A mark set automatically drops after so many days; empty: it stays. Marks set by hand do not drop.', days: '{n} days', sensitive: 'Sensitive tag',
    sensitiveHint: 'Such as pregnancy, child, health: the name is hidden from roles without the right, it needs recorded consent, and exports and look-alikes leave it out.', hidden: 'Your role does not see the name', archived: 'archived', archive: 'Archive', restore: 'Restore',
    archivedDone: 'Archived: no new marks, audiences go on', restoredDone: 'Restored', archiveHint: 'An archived tag takes no new marks and leaves the pickers; marks and audiences stay.', showArchived: 'Show archived', merging: 'being merged',
    up: 'Move up', down: 'Move down', before: 'Move left', after: 'Move right', order: 'Order', drag: 'Drag to order', uses: 'Where it is used', unused: 'No audience or live code uses it', use_audience: 'Audience', use_livecode: 'Live code', use_rule: 'Rule', use_survey: 'Survey',
    usedBy: 'In use in {n} places and cannot be deleted: archive or merge it',
    merge: 'Merge into…', mergeTitle: 'Merge tag “{name}”', mergeInto: 'Merge into', mergeText: '“{name}” on {n} customers becomes “{into}”, with where each mark came from; {uses} uses name “{into}” instead; then “{name}” is deleted. A merge cannot be undone.', mergeConfirm: 'Type “{name}” to confirm', mergeStart: 'Merge', mergeDone: 'Merged',
    import: 'Import', export: 'Export', importTitle: 'Import tags from a table', importText: 'A CSV whose first line names the columns: dimension, group, tag, description, ttl, sensitive, sync. Needed: group and tag. An export shows how.', choose: 'Choose a file', checked: 'Checked: {tags} tags, {groups} new groups', importNow: 'Import', imported: '{n} tags imported',
    problems: '{n} problems; nothing was imported. Correct the file and choose it again.', line: 'Line', field: 'Column', problem: 'Problem', another: 'Another file',
  },
  mark: {
    manual: 'by hand', wecom: 'WeCom', import: 'import', channel: 'live code', rule: 'rule', model: 'model', by: '{why} · {by}', at: 'Set', until: 'Until', forever: 'no end', confidence: '{n}% sure', evidence: 'Because',
    also: 'Also from', refused: 'Taken off by hand, no longer set automatically', lift: 'Allow again', lifted: '“{name}” may be set automatically again',
    consents: 'Consent', noConsents: 'Nothing recorded. A sensitive tag needs the customer\'s consent first.', p_sensitive: 'Keep sensitive facts (pregnancy, child, health)', p_lookalike: 'Find similar people', purpose: 'Purpose', how: 'How', h_talk: 'in chat', h_form: 'by a form', h_call: 'by phone', h_paper: 'in writing', said: 'What was agreed', give: 'Record consent', given: 'Recorded',
    withdraw: 'Withdraw', withdrawn: 'withdrawn', withdrawText: 'When consent is withdrawn her sensitive tags are taken off at once. The record stays.', withdrawDone: 'Withdrawn; sensitive tags are off',
  },
  bulk: {
    all: 'All {n} instead', page: 'This page only', plan: 'What it takes', people: '{n} customers', calls: 'about {n} calls to WeCom, {span} at 150,000 an hour', noCalls: 'no calls to WeCom', consent: 'Sensitive tags: customers without recorded consent are passed over', start: 'Tag them', running: 'Tagging', done: 'Tagged',
  },
};
