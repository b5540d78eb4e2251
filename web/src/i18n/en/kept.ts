// Nobody lost: inheritance, deletions, payments, members, disagreements about tags, API keys.
export default {
  inherit: {
    note: 'When somebody leaves or changes place, customers and groups go to colleagues. See the plan first, then start.', new: 'New', none: 'Nothing was handed over yet', noneText: 'After somebody has left, give customers and groups to colleagues here; working members can hand over too.',
    leavers: 'Members who left still have customers', leaver: '{name}: {n} customers', assign: 'Hand over', kind: 'Kind', k_resigned: 'Left', k_onjob: 'Working', givers: 'From', takers: 'To', rule: 'Rule', r_one: 'One member', r_even: 'Evenly', r_store: 'Same store',
    rule_one: 'All go to one colleague', rule_even: 'Shared evenly; who is a friend of one already stays with that one', rule_store: 'To the other colleagues of the store', message: 'What the customer is told', messageHint: 'Working members only; empty: WeCom\'s own words, at most 200 characters', groups: 'Groups too',
    rules: 'WeCom\'s rules', ru_wait: 'A customer can refuse for {n} hours, then she goes over by herself', ru_times: 'At most {n} times in {days} days per customer; others are left out', ru_full: 'Nobody goes to a member who has as many customers as allowed', ru_year: 'Groups of who left more than a year ago cannot go over', ru_groups: 'A working member gives at most {n} groups a day; the rest goes the next day', ru_tags: 'Tags are put on the new relation; no welcome, neither new nor lost',
    plan: 'Make the plan', planned: 'The plan is ready', planning: 'Planning…', start: 'Start', startText: 'WeCom will be asked for {n} customers and {g} groups. That cannot be taken back; customers can refuse for 24 hours.', started: 'Started', cancel: 'Stop', cancelText: 'Nobody more is asked for; who was asked goes over in WeCom.', cancelled: 'Stopped',
    state: 'State', total: 'Customers', blocked: 'Cannot go', created: 'Made', customer: 'Customer', giver: 'From', taker: 'To', asked: 'Asked', due: 'Expected', ended: 'Result', reason: 'Reason', customers: 'Customers', groupsTab: 'Groups', group: 'Group', split: 'Shares', count: 'Number', nobody: 'No customers', noTaker: '—', unnamed: 'Unnamed group',
  },
  inheritState: { planning: 'Planning', planned: 'Ready', running: 'Running', done: 'Done', cancelled: 'Stopped' },
  inheritItem: { planned: 'To ask', blocked: 'Cannot go', waiting: 'Waiting', done: 'Gone over', refused: 'Refused', full: 'Taker full', failed: 'Failed', cancelled: 'Not asked' },
  deletion: {
    note: 'Who deleted whom, and when. Not those of handing over.', none: 'No deletions', noneText: 'When a customer deletes a member, or a member a customer, it stands here.', who: 'Who', w_customer: 'Customer deleted member', w_staff: 'Member deleted customer', staff: 'Member', customer: 'Customer', at: 'When', last: 'No friend left', notify: 'Notice', n_off: 'None', n_leader: 'To the leader', n_staff: 'To the member', n_both: 'To both', saved: 'Saved',
  },
  payment: {
    note: 'WeCom receipts and tills. They stand with the payer and count as spent.', none: 'No payments yet', noneText: 'Switch "Read WeCom receipts" on in the settings, or let the till call POST /api/v1/payments.', source: 'Source', s_wecom_pay: 'WeCom receipt', s_pos: 'Till', no: 'Number', amount: 'Amount', refunded: 'Refunded', customer: 'Payer', staff: 'Taken by', store: 'Store', paid: 'Paid', matched: 'With payer', unmatched: 'Without payer', reason: 'Reason', give: 'Give to somebody', given: 'Given', noLost: 'No payment is without payer', choose: 'Choose a customer',
  },
  paymentState: { created: 'Unpaid', paid: 'Paid', shipped: 'Shipped', done: 'Done', refunded: 'Refunded', cancelled: 'Cancelled' },
  member: {
    note: 'One number per person over all channels; it follows the verified phone.', none: 'No members yet', noneText: 'Who proves a phone on the member page becomes a member; you can register somebody here too.', new: 'Register', no: 'Number', level: 'Level', since: 'Since', how: 'By', customer: 'Customer', phone: 'Phone', name: 'Name', proof: 'How the phone was checked', p_sms_code: 'Code by SMS', p_till: 'At the till', p_wechat_phone: 'WeChat\'s phone', h_bind: 'Member page', made: 'Number {no}, {level}', find: 'Find by number or phone', findGo: 'Find', also: 'Earlier numbers: {list}', change: 'Change level', changed: 'The level is changed', notFound: 'No such member',
  },
  conflict: {
    note: 'Where WeCom and we disagreed about a tag on somebody, and what was done.', none: 'No conflicts', noneText: 'Empty as long as both sides agree.', at: 'When', customer: 'Customer', tag: 'Tag', what: 'What happened', w_removed: 'Taken off in WeCom, so here too', w_unconsented: 'A sensitive tag put on in WeCom without consent, not taken over', why: 'It was here by', link: 'Conflicts', foreign: 'Made in WeCom or by another app: it can be put on; rename or delete it there.',
  },
  readiness: { badge: 'Check-up: {n} to do' },
  jobName: { inherit_plan: 'Plan who goes over', inherit_spread: 'Begin handing over', follow_night: 'Nightly reading of customers', tag_pull: 'Read WeCom\'s tags' },
  apikey: {
    title: 'API keys', note: 'For other programs of the company (CDP, till). A key is shown once.', name: 'Name', perms: 'May', made: 'The new key (shown only now)', copy: 'Copy', none: 'No keys yet', add: 'New key', revoke: 'Revoke', revokeText: '"{name}" stops working at once.', revoked: 'Revoked', created: 'Made', head: 'Begins',
    p_changes: 'Read changes, write tags', p_payments: 'Write payments', p_members: 'Register and find members', p_phone: 'See phones and names',
  },
};
