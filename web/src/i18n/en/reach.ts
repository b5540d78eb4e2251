export default {
  orderState: { paid: 'Paid', refunded: 'Refunded', cancelled: 'Cancelled', created: 'Unpaid', pending: 'Unpaid', partly_refunded: 'Partly refunded', partial_refund: 'Partly refunded', shipped: 'Shipped', done: 'Done' },
  order: {
    no: 'Order number', status: 'State', amount: 'Amount', refunded: 'Refunded', lines: 'Lines', at: 'Ordered', customer: 'Customer', source: 'Source', allStates: 'All states', unmatched: 'Only orders without a customer', unknownBuyer: 'no customer',
    none: 'No orders yet', noneText: 'Import the orders of your shop or stores; spending, repeat purchases and turnover come with them.', noneFit: 'No order fits', history: 'Imports', import: 'Import orders',
  },
};
