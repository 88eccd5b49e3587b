// SPDX-License-Identifier: GPL-2.0
// Says, in the assembly that it compiles to, how the compiler lays out the structs of device tables: make.go reads that.
#include <linux/module.h>
#include <linux/mod_devicetable.h>

#define SAY(text, n) asm volatile("\n-> " text " %0" : : "i"(n))
#define STRUCT(type, s) { typedef struct s S; SAY("struct " #type, sizeof(S));
#define FIELD(name, member) SAY("field " #name, __builtin_offsetof(S, member))
#define F(name) FIELD(name, name)
#define END }

void layouts(void)
{
	STRUCT(pci, pci_device_id)
		F(vendor); F(device); F(subvendor); F(subdevice); F(class); F(class_mask); F(driver_data); F(override_only);
	END
#if LINE >= 612
	STRUCT(cdx, cdx_device_id)
		F(vendor); F(device); F(subvendor); F(subdevice); F(class); F(class_mask); F(override_only);
	END
#endif
	STRUCT(pcmcia, pcmcia_device_id)
		F(match_flags); F(manf_id); F(card_id); F(func_id); F(function); F(device_no);
		FIELD(prod_id_hash0, prod_id_hash[0]); FIELD(prod_id_hash1, prod_id_hash[1]);
		FIELD(prod_id_hash2, prod_id_hash[2]); FIELD(prod_id_hash3, prod_id_hash[3]); F(prod_id); F(driver_info);
		F(cisfile);
	END
	STRUCT(isapnp, isapnp_device_id)
		F(card_vendor); F(card_device); F(vendor); F(function); F(driver_data);
	END
	STRUCT(eisa, eisa_device_id)
		F(sig); F(driver_data);
	END
	STRUCT(zorro, zorro_device_id)
		F(id); F(driver_data);
	END
	STRUCT(parisc, parisc_device_id)
		F(hw_type); F(hversion_rev); F(hversion); F(sversion);
	END
	STRUCT(ipack, ipack_device_id)
		F(format); F(vendor); F(device);
	END
	STRUCT(rapidio, rio_device_id)
		F(did); F(vid); F(asm_did); F(asm_vid);
	END
#if LINE >= 702
	STRUCT(mcb, mcb_device_id)
		F(device); F(driver_data);
	END
#endif
	STRUCT(usb, usb_device_id)
		F(match_flags); F(idVendor); F(idProduct); F(bcdDevice_lo); F(bcdDevice_hi); F(bDeviceClass);
		F(bDeviceSubClass); F(bDeviceProtocol);
		F(bInterfaceClass); F(bInterfaceSubClass); F(bInterfaceProtocol); F(bInterfaceNumber); F(driver_info);
	END
	STRUCT(typec, typec_device_id)
		F(svid); F(mode); F(driver_data);
	END
	STRUCT(tbsvc, tb_service_id)
		F(match_flags); F(protocol_key); F(protocol_id); F(protocol_version); F(protocol_revision); F(driver_data);
	END
	STRUCT(ulpi, ulpi_device_id)
		F(vendor); F(product); F(driver_data);
	END
	STRUCT(of, of_device_id)
		F(name); F(type); F(compatible); F(data);
	END
	STRUCT(vio, vio_device_id)
		F(type); F(compat);
	END
	STRUCT(acpi, acpi_device_id)
		F(id); F(driver_data); F(cls); F(cls_msk);
	END
	STRUCT(pnp, pnp_device_id)
		F(id); F(driver_data);
	END
	STRUCT(pnp_card, pnp_card_device_id)
		F(id); F(driver_data); F(devs);
	END
	STRUCT(dmi, dmi_system_id)
		F(callback); F(ident); F(matches); F(driver_data);
	END
	STRUCT(wmi, wmi_device_id)
		F(guid_string); F(context);
	END
#if LINE >= 612
	STRUCT(coreboot, coreboot_device_id)
		F(tag); F(driver_data);
	END
#endif
	STRUCT(i2c, i2c_device_id)
		F(name); F(driver_data);
	END
	STRUCT(i3c, i3c_device_id)
		F(match_flags); F(dcr); F(manuf_id); F(part_id); F(extra_info); F(data);
	END
	STRUCT(spi, spi_device_id)
		F(name); F(driver_data);
	END
#if LINE >= 612
	STRUCT(slim, slim_device_id)
		F(manf_id); F(prod_code); F(dev_index); F(instance); F(driver_data);
	END
#endif
	STRUCT(sdw, sdw_device_id)
		F(mfg_id); F(part_id); F(sdw_version); F(class_id); F(driver_data);
	END
	STRUCT(hdaudio, hda_device_id)
		F(vendor_id); F(rev_id); F(api_version); F(name); F(driver_data);
	END
	STRUCT(sdio, sdio_device_id)
		F(class); F(vendor); F(device); F(driver_data);
	END
	STRUCT(mdio, mdio_device_id)
		F(phy_id); F(phy_id_mask);
	END
	STRUCT(ssb, ssb_device_id)
		F(vendor); F(coreid); F(revision); FIELD(pad, __pad);
	END
	STRUCT(bcma, bcma_device_id)
		F(manuf); F(id); F(rev); F(class);
	END
	STRUCT(amba, amba_id)
		F(id); F(mask); F(data);
	END
	STRUCT(mipscdmm, mips_cdmm_device_id)
		F(type);
	END
	STRUCT(fslmc, fsl_mc_device_id)
		F(vendor); F(obj_type);
	END
	STRUCT(dfl, dfl_device_id)
		F(type); F(feature_id); F(driver_data);
	END
	STRUCT(x86cpu, x86_cpu_id)
		F(vendor); F(family); F(model); F(steppings); F(feature); F(flags); F(driver_data);
#if LINE >= 702
		F(platform_mask); F(type);
#endif
	END
	STRUCT(cpu, cpu_feature)
		F(feature);
	END
	STRUCT(ccw, ccw_device_id)
		F(match_flags); F(cu_type); F(dev_type); F(cu_model); F(dev_model); F(driver_info);
	END
	STRUCT(ap, ap_device_id)
		F(match_flags); F(dev_type); F(driver_info);
	END
	STRUCT(css, css_device_id)
		F(match_flags); F(type); F(driver_data);
	END
	STRUCT(input, input_device_id)
		F(flags); F(bustype); F(vendor); F(product); F(version); F(evbit); F(keybit); F(relbit); F(absbit);
		F(mscbit); F(ledbit); F(sndbit); F(ffbit); F(swbit); F(propbit); F(driver_info);
	END
	STRUCT(hid, hid_device_id)
		F(bus); F(group); F(vendor); F(product); F(driver_data);
	END
	STRUCT(serio, serio_device_id)
		F(type); F(extra); F(id); F(proto);
	END
	STRUCT(ieee1394, ieee1394_device_id)
		F(match_flags); F(vendor_id); F(model_id); F(specifier_id); F(version); F(driver_data);
	END
	STRUCT(platform, platform_device_id)
		F(name); F(driver_data);
	END
	STRUCT(auxiliary, auxiliary_device_id)
		F(name); F(driver_data);
	END
	STRUCT(virtio, virtio_device_id)
		F(device); F(vendor);
	END
	STRUCT(vmbus, hv_vmbus_device_id)
		F(guid); F(driver_data);
	END
	STRUCT(rpmsg, rpmsg_device_id)
		F(name); F(driver_data);
	END
	STRUCT(mei, mei_cl_device_id)
		F(name); F(uuid); F(version); F(driver_info);
	END
	STRUCT(mhi, mhi_device_id)
		F(chan); F(driver_data);
	END
	STRUCT(mhi_ep, mhi_device_id)
		F(chan); F(driver_data);
	END
	STRUCT(ssam, ssam_device_id)
		F(match_flags); F(domain); F(category); F(target); F(instance); F(function); F(driver_data);
	END
	STRUCT(tee, tee_client_device_id)
		F(uuid);
	END
	STRUCT(ishtp, ishtp_device_id)
		F(guid); F(driver_data);
	END
#if LINE >= 612
	STRUCT(vchiq, vchiq_device_id)
		F(name);
	END
#endif
}
