export default {
  note: {
    one: 'Note', hint: 'Write down what will be useful later, such as "prefers mornings"', add: 'Add note', added: 'Note saved', none: 'No notes yet', noneText: 'Notes of all colleagues stand here; important ones can be pinned.',
    pin: 'Pin', unpin: 'Unpin', remove: 'Remove note', removed: 'Note removed', tab: 'Notes', fieldsTab: 'Fields and attributes',
  },
  budget: {
    title: 'Touch budget', help: 'How often marketing may reach her a day and a week, over all channels; her own orders, payments and replies do not count. The limits stand in the settings.', today: 'Reached today', week: 'Reached in 7 days', wecom: 'WeCom', sms: 'SMS', last: 'Last reached', never: 'Never', opens: 'Marketing may go out from',
    say: { go: 'May be sent', cap_day: 'Full for today', cap_week: 'Full for this week', refused: 'She refuses', unreachable: 'Cannot be reached', quiet: 'Quiet hours where she lives', blocked: 'On the black list', no_consent: 'Needs her yes', control: 'Control group', holdout: 'Held out', limit: 'Limit of this kind reached', mix: 'Enough promotions', quota_used: "WeCom's quota is used up" },
  },
};
