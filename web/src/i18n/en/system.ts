export default {
  home: {
    range: 'Period', lastDays: '{n} days', figures: 'Figures of today', customers: 'Customers', added: 'Added today', lost: 'Lost today', net: 'Net today', revenue: 'Turnover today', bound_rate: 'Bound members',
    friendsNote: '{n} of them friends', addedNote: '{first} first time · {again} again', lostNote: '{unique} persons · {staff} deleted by staff', netNote: 'added − lost − deleted by staff', revenueNote: '{n} orders', boundNote: '{bound} of {all} persons',
    connect: 'Connect', trend: 'Growth', asTable: 'Show as table', trendText: '{added} added and {lost} lost in {n} days', s_added: 'Added', s_lost: 'Lost', s_net: 'Net', s_orders: 'Orders', s_revenue: 'Turnover', day: 'Day',
    gross: 'Turnover taken apart', g_users: 'Customers', g_conversion: 'Conversion', g_aov: 'Average order', g_repurchase: 'Orders per buyer', g_amount: 'Turnover', importOrders: 'Import orders to see it', byStaff: 'Staff: added and bound', byStore: 'Stores: added and bound', noRows: 'Nothing in this period',
    diffs: 'Differences to WeCom’s own figures', noDiffs: 'Every member’s every day agrees with WeCom.', ours: 'Here', theirs: 'WeCom', checklist: 'Getting started ({done}/{all})', dismiss: 'Do not show again', stepDone: ' (done)', tips: 'Try this first',
    step: { wecom: 'Connect WeCom', callback: 'Receive the first callback', sync: 'Sync staff and customers', livecode: 'Create a live code', orders: 'Import orders', import: 'Import orders', broadcast: 'Send a broadcast', audience: 'Build an audience', tags: 'Tidy the tags' },
    def: {
      customers: 'Persons known here. Records of the same person count once after a merge; a friend has at least one member of staff as a contact now.',
      added: 'Friendships made that day; a customer who adds two members of staff counts twice. First time: her first relation to this corp. Transfers and half contacts do not count.',
      lost: 'Friendships ended by the customer that day. Persons: her last living relation is gone. Deletions by staff are counted apart.', net: 'Added − lost − deleted by staff, in relations.',
      revenue: 'Paid that day minus refunds, in the corp’s currency and time zone.', bound_rate: 'Friends with a phone verified on the member page ÷ friends who could bind.', gmv: 'Turnover = customers × conversion (share who bought) × average order × orders per buyer.',
    },
  },
};
