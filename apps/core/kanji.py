"""Kanji variants (異体字): the forms of one character, most of all in names, that search and comparison treat alike.

Each group begins with the form that folding leaves. Unicode's compatibility ideographs (神, 﨎 …) need no line here, NFKC
takes them. Knows no Django.
"""

# 常用漢字表（平成22年内閣告示第2号）: the forms in brackets behind a letter, and those that its 付 names for 叱 填 剥 頬.
JOYO = """
亜亞 悪惡 圧壓 囲圍 医醫 為爲 壱壹 隠隱 栄榮 営營 衛衞 駅驛 円圓 塩鹽 縁緣 艶艷 応應 欧歐 殴毆 桜櫻 奥奧 横橫 温溫 穏穩 仮假
価價 画畫 会會 絵繪 壊壞 懐懷 概槪 拡擴 殻殼 覚覺 学學 岳嶽 楽樂 渇渴 缶罐 巻卷 陥陷 勧勸 寛寬 関關 歓歡 観觀 気氣 既旣 帰歸
亀龜 偽僞 戯戲 犠犧 旧舊 拠據 挙擧 虚虛 峡峽 挟挾 狭狹 郷鄕鄊 暁曉 区區 駆驅 勲勳 薫薰 径徑 茎莖 恵惠 掲揭 渓溪谿 経經 蛍螢
軽輕 継繼 鶏鷄雞 芸藝 撃擊 欠缺 研硏 県縣 倹儉 剣劍剱劔劒 険險 圏圈 検檢 献獻 権權 顕顯 験驗 厳嚴 広廣 効效 恒恆 黄黃 鉱鑛
号號 国國圀 黒黑 砕碎 済濟 斎齋斋 剤劑 殺殺 雑雜 参參 桟棧 蚕蠶 惨慘 賛贊 残殘 糸絲 歯齒 児兒 辞辭 湿濕溼 実實 写寫 釈釋
寿壽 収收 従從 渋澁澀 獣獸 縦縱 粛肅 処處 緒緖 叙敍敘 将將 称稱 渉涉 焼燒 証證 奨奬獎 条條 状狀 乗乘 浄淨 剰剩 畳疊疉 縄繩
壌壤 嬢孃 譲讓 醸釀 触觸 嘱囑 真眞 寝寢 慎愼 尽盡 図圖 粋粹 酔醉 穂穗 随隨 髄髓 枢樞 数數 瀬瀨 声聲 斉齊亝 静靜 窃竊 摂攝
専專 浅淺 戦戰 践踐 銭錢 潜潛濳 繊纖 禅禪 双雙 壮壯 争爭 荘莊 捜搜 挿插揷 巣巢 曽曾 痩瘦 装裝 総總 騒騷 増增 蔵藏 臓臟 即卽
属屬 続續 堕墮 対對 体體 帯帶 滞滯 台臺 滝瀧 択擇 沢澤 担擔 単單 胆膽 団團 断斷 弾彈 遅遲 痴癡 虫蟲 昼晝 鋳鑄 庁廳 徴徵 聴聽
勅敕 鎮鎭 逓遞 鉄鐵銕 点點 転轉 伝傳 灯燈 当當 党黨 盗盜 稲稻 闘鬭鬪 徳德 独獨 読讀 届屆 弐貳 悩惱 脳腦 覇霸 拝拜 廃廢 売賣
麦麥 発發 髪髮 抜拔 晩晚 蛮蠻 秘祕 浜濱濵 瓶甁 払拂 仏佛 併倂 並竝 餅餠 辺邊邉 変變 弁辨瓣辯 歩步 宝寶寳 豊豐 褒襃 翻飜 毎每
万萬 満滿 麺麵 黙默 弥彌 訳譯 薬藥 与與 予豫 余餘 誉譽 揺搖 様樣 謡謠 来來 頼賴 乱亂 覧覽 竜龍 両兩 猟獵 緑綠 涙淚 塁壘 礼禮
励勵 戻戾 霊靈 齢齡 暦曆 歴歷 恋戀 錬鍊 炉爐 労勞 郎郞 楼樓 録錄 湾灣 叱𠮟 填塡 剥剝 頬頰
"""

# 戸籍法施行規則 別表第二（人名用漢字）: letters and their other forms that may be given as names.
NAMES = """
亘亙 凛凜 尭堯 巌巖 晃晄 桧檜 槙槇 祢禰 祷禱 禄祿 穣穰 萌萠 遥遙 園薗 駆駈 島嶋 杯盃 富冨 峰峯 野埜 涼凉
"""

# 表外漢字字体表（国語審議会 平成12年）: the printed forms and their 簡易慣用字体.
PRINTED = """
唖啞 頴穎 鴎鷗 撹攪 麹麴 鹸鹼 噛嚙 繍繡 蒋蔣 醤醬 掻搔 屏屛 并幷 桝枡 沪濾 芦蘆 蝋蠟 弯彎
"""

# 平成16年法務省民一第2842号通達「誤字俗字・正字一覧表」 and the plain forms that JIS X 0212 and 0213 keep apart from the
# letter: as family registers, and so residents, write names.
REGISTERS = """
高髙 崎﨑嵜㟢 吉𠮷 柳栁桺 橋槗𣘺 桑桒 松枩柗 館舘 島嶌㠀 斉斊 土圡𡈽 昂昻 渕淵渊 鶴靏靍鸖 船舩 清淸 青靑 教敎 内內 呉吳 藪薮
涛濤 莱萊 侠俠 繋繫 篭籠 柏栢 鴬鶯 蔭荫 兎兔 禎祯 煕熙凞 戸戶 彦彥 顔顏 産產 説說 税稅 脱脫 悦悅 閲閱 鋭銳 飲飮 鎌鐮 強强
梅楳 曽曺 備俻 卯夘 厨廚 喜㐂 杉杦 虎乕 莵菟 陰隂 達逹 皐皋臯 秋穐龝 婿壻 姉姊 躯軀 雁鴈 侭儘
"""


def variants() -> dict[str, str]:
    """Return a dictionary from every variant to the form that folding leaves."""
    groups = f"{JOYO}{NAMES}{PRINTED}{REGISTERS}".split()
    return {form: group[0] for group in groups for form in group[1:]}
