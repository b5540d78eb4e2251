import audience from './audience';
import base from './base';
import codes from './codes';
import exports from './exports';
import kept from './kept';
import life from './life';
import lookalike from './lookalike';
import ownAttr from './ownattr';
import people from './people';
import profile from './profile';
import reach from './reach';
import shop from './shop';
import system from './system';
import tagrule from './tagrule';
import tags from './tags';
import value from './value';

export default {
  ...audience,
  ...base,
  ...codes,
  ...exports,
  ...kept,
  ...life,
  ...lookalike,
  ...ownAttr,
  ...people,
  ...profile,
  ...reach,
  ...shop,
  ...system,
  ...tagrule,
  ...tags,
  ...value,
};
