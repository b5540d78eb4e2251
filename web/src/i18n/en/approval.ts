export default {
  approval: {
    note: 'Whatever needs a second person: broadcasts, repeats, messages to groups, Moments, text messages and plans above a size, materials, exports of phones.', by: '{who} · asked {when}', people: '{n} people', open: 'Look at it', agree: 'Approve', refuse: 'Refuse', agreeTitle: 'Approve “{title}”?',
    agreeText: '{label} by {who}, to {n} people. It goes out at its time.', agreeThing: '{label} by {who}.', agreed: 'Approved', refused: 'Refused', refuseTitle: 'Refuse “{title}”', why: 'Why (whoever asked is told)', whyNeeded: 'Say why in a few words',
    mine: 'Asked by me, waiting for somebody else', empty: 'Nothing waits for you', emptyText: 'When a colleague asks for something that needs a second person it appears here, with a number in the top bar. From how many people on is set in the settings.', settings: 'Settings',
    refusedMine: 'Asked by me and refused', refusedWhy: '{who}: {why}', read: 'Seen', alone: 'Nobody else of the company may approve: add a user in the settings, or raise “{size}” and approve it yourself.', aloneThing: 'Nobody else of the company may approve: add a user in the settings.',
  },
};
