export default {
  approval: {
    note: 'Whatever needs a second person: broadcasts, Moments, text messages and plans above a size, materials, exports of phones.', by: '{who} · asked {when}', people: '{n} people', open: 'Look at it', agree: 'Approve', refuse: 'Refuse', agreeTitle: 'Approve “{title}”?',
    agreeText: '{label} by {who}, to {n} people. It goes out at its time.', agreeThing: '{label} by {who}.', agreed: 'Approved', refused: 'Refused', refuseTitle: 'Refuse “{title}”', why: 'Why (kept in the audit)', whyNeeded: 'Say why in a few words',
    mine: 'Asked by me, waiting for somebody else', empty: 'Nothing waits for you', emptyText: 'When a colleague asks for something that needs a second person it appears here, with a number in the top bar. From how many people on is set in the settings.', settings: 'Settings',
  },
};
