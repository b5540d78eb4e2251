export default {
  life: {
    title: 'Lifecycle', note: 'The stage of every customer by rule, kept up at midnight.', people: 'People', share: 'Share', gmv: 'Money', gmvShare: 'Share of money', unsettled: 'Not computed yet',
    list: 'See these customers', settling: 'Settling everybody by the new rule; whoever is done is shown at once.', noRule: 'No rule of stages yet', noRuleText: 'Choose a template of your trade, look how many would be in each stage, and save.', set: 'Set a rule',
    edit: 'Change the rule', rule: 'Rule in force', ruleSaved: 'Rule saved, settling everybody', template: 'Template', own: 'From own data', custom: 'Custom', compare: 'As template {name}',
    growing: 'Growing: orders from', mature: 'Mature: orders from', window: 'within the last', windowEver: '0 days: ever', dormant: 'Dormant: silent for more than', lost: 'Lost: silent for more than', orders: 'orders', days: 'days', years: 'years',
    lifeKind: 'What counts as life', lifeOrders: 'Orders alone', lifeAny: 'Orders, visits, binding, adding', grown: 'Age at which a child has grown out', grownNote: '0: not used; from that age she is not counted as lost',
    sample: 'Repurchase gaps: {gaps} of {people} repeat customers; 75% within {p75} days, 90% within {p90} days (counted {when}).', runSample: 'Count own data', useSample: 'Use: dormant {dormant} days, lost {lost} days',
    preview: 'Preview moves', previewFirst: 'See how many would move before you save.', previewDone: '{moved} of {people} would move', previewNone: 'Nobody would move', from: 'From', to: 'To', save: 'Save and settle', stale: 'The thresholds have changed: preview again.',
    moves: 'Moves between stages', movesNote: 'From which stage to which, in the chosen period.', movesNone: 'No moves in this period', first: 'first', lastDays: 'Last {n} days', movesText: '{n} moves between stages',
    since: 'since {when}', why: 'Why', next: 'may change on {day}', past: 'History', pastNone: 'No change yet', cardNone: 'No stage yet: set the rule on the lifecycle page',
    readonly: 'Only operators who see all customers change the rule.',
  },
  rfm: {
    title: 'RFM', note: 'Recency (R), frequency (F) and money (M), five scores each; higher is better.', m: 'Money score', anyMoney: 'All', mTab: 'M{n}', r: 'R recency', f: 'F frequency', color: 'By', byPeople: 'people', byGmv: 'money',
    square: 'R{r} F{f}: ', cells: 'Segments', grid11: '11 cells', grid8: '8 cells', name: 'Name', people: 'People', gmv: 'Money', gmvShare: 'Share of money', view: 'See customers', store: 'Save as audience', stored: 'Saved as audience "{name}"',
    rename: 'Rename', renameText: 'Empty: the default name again', cuts: 'Cuts', cutsNote: 'In force since {when}, resting on {n} buyers', cutsFifths: 'Fifths, found anew every night', cutsFixed: 'Fixed by hand', edit: 'Change cuts', fifths: 'Fifths', fixed: 'Fixed',
    money: 'M is', total: 'total spend', mean: 'average order', recompute: 'Find now', saved: 'Cuts updated', rCuts: 'R cuts in days', fCuts: 'F cuts in orders', mCuts: 'M cuts in money', history: 'Earlier cuts', none: 'No cuts yet',
    noneText: 'With 20 buyers or more they are found every night, or now; with fewer, fix them by hand.', nobody: 'nobody', daysOne: '{n} days ago', daysRange: '{a}–{b} days ago', daysFrom: '{n} days ago or longer', ordersOne: '{n} orders', ordersRange: '{a}–{b} orders', ordersFrom: '{n} orders or more',
  },
  layers: {
    title: 'Layers', note: 'Ready layers and high-potential types; the counts lead to the people.', ready: 'Ready layers', types: 'High-potential types', typesNote: 'What they are is yours to say; saved, a type is an audience for use everywhere.', people: 'People', share: 'Share of people', gmv: 'Money',
    gmvShare: 'Share of money', define: 'Definition', edit: 'Change definition', isDefault: 'Default definition', saved: 'Definition saved as audience "{name}"', broken: 'The condition names a tag or audience that is gone: change the definition', trend: 'Share of money over time', trendNone: 'Noted every night: there is a trend from tomorrow',
    expr: 'Condition', day: 'Day', broadcast: 'Broadcast to them', all: 'All customers',
  },
  board: {
    title: 'Follow-up board', note: 'Drag a card to another column; on a phone use its menu.', people: '{n} people', limit: 'limit {n}', full: 'full', empty: 'Nobody in this column yet', more: 'Show more', add: 'Add to the board', addTo: 'Into', addFind: 'Name or full phone number',
    moved: 'Moved to "{to}"', off: 'Off the board', offDone: 'Taken off the board', moveTo: 'Move to "{name}"', menu: 'Move {name}', days: '{n} days here', today: 'moved today', spent: 'Spent {money}', reached: 'reached {ago}', never: 'never reached', columns: 'Columns',
    columnName: 'Name', color: 'Colour', cap: 'Limit', capNote: '0: no limit', addColumn: 'Add a column', removeColumn: 'Remove "{name}"', removeAsk: '"{name}" holds {n} people. Which column do they go to?', removeEmpty: 'Nobody is in "{name}". Remove it?', up: 'Earlier', down: 'Later',
    leaving: 'being removed', renaming: 'being renamed', elsewhere: '{n} more have a follow-up stage that is no column', saved: 'Column saved', removed: 'Column removed', column: 'Which column',
    colors: { gray: 'Gray', blue: 'Blue', cyan: 'Cyan', green: 'Green', yellow: 'Yellow', orange: 'Orange', red: 'Red', purple: 'Purple' },
  },
};
