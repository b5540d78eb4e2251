export default {
  aud: {
    insight: 'Who they are', breakdown: 'Breakdown', crosstab: 'Tags', compare: 'Compare', uses: 'Uses',
    waiting: 'Choose some people first; this will tell who they are.', by: 'By', people: 'People', share: 'Share', lift: 'Against everybody', everybody: 'Everybody', unknown: 'Unknown', other: 'There are more values; the first {n} are shown',
    liftHelp: 'Their share in this audience over their share in everybody; above 1 means more frequent here.', noTags: 'Nobody here has a tag yet', noTagsText: 'Once there are tags, this shows which ones stand out.', noParts: 'Nothing to divide by',
    yes: 'Yes', no: 'No', group: 'Group', tag: 'Tag', narrow: 'Only them', showList: 'List', saveAs: 'Save as audience', count: 'People', part: 'Part',
    compareWith: 'Another audience', compareNone: 'There is no other audience', compareNoneText: 'Store one more to see how much two share.', this: 'This audience', onlyA: 'Only in this one', onlyB: 'Only in "{name}"', both: 'In both', vennText: 'This audience {a}, "{name}" {b}, in both {both}',
    watch: 'Watch', watching: 'Watched', watchHelp: 'Whoever enters or leaves becomes an event that automation can act on; at midnight it is checked again for what the date changes.',
    watchTitle: 'Watch "{name}"', watchText: '{n} people are in it already. Announce them as entering?', watchQuiet: 'No, only changes from now on', watchLoud: 'Yes, as if they came in now', watchDo: 'Start watching', watchStarted: 'Watched; noting who is in it now',
    unwatchTitle: 'Stop watching', unwatchText: 'Nobody is told any more who enters or leaves "{name}"; automation that uses it stands still.', unwatchDo: 'Stop watching', unwatched: 'No longer watched',
    w_filling: 'Noting members', w_live: 'Watched, {n} people', w_broken: 'Condition broken, paused',
    editTitle: 'The condition changed', editText: 'This audience is watched. Announce whom the change moves in and out?', editQuiet: 'No', editLoud: 'Announce',
    used_broadcast: 'Broadcast', used_past: 'Computed', used_manual: 'By hand', usedAt: 'When', usedBy: 'Use', usedTitle: 'Name', noUses: 'Not used yet', noUsesText: 'Every broadcast keeps who was in then; a past moment can be computed too.',
    whoWas: 'Who was in on …', whoWasText: 'Computed from tags, friends, advisors, stores, stages, orders and events as recorded then. What nobody keeps (city, gender, forecasts …) cannot be computed.', moment: 'Moment', compute: 'Compute', computing: 'Computing',
    then: 'Then', kept: 'In then', still: 'Still in', gone: 'Gone', fresh: 'New since', thenWords: 'The condition of then', thenBroken: 'The condition of then names a tag or audience that no longer exists; it cannot be compared.', wasIn: 'Was in', wasOut: 'Was not in', wasAs: 'As record {id}', askOne: 'Was a certain customer in?', nobodyHere: 'Nobody',
    decides: 'Decides', inside: 'inside "{path}"', scopeNote: 'Only customers within your data scope',
  },
};
